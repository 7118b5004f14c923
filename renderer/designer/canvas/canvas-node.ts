import type { ActorNodeType } from './actor-node.tsx';
import type { HostNodeType } from './host-node.tsx';
import type { NodeContent } from './node-content.ts';
import type { Node } from '@xyflow/react';

/** What React Flow is given: `type` says which component shows it. */
export type CanvasNode = Node<{ readonly content: NodeContent }, (ActorNodeType | HostNodeType)['type']>;
