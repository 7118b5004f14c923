import type { HostKind } from '../../../app/model/topology/edit/edit-hosts.ts';

/** A row at the side of a node. */
export interface Port {
  readonly handleId: string;
  readonly label: string;
  /** Qualified name of the message; empty where it is not known. */
  readonly type: string;
  /** 0 where the type is not known. */
  readonly hue: number;
  readonly isConnected: boolean;
  /** A channel names it, and the kernel does not have it. */
  readonly isMissing: boolean;
  /** Of a sink: `type` is what it gets now, and it would take others. */
  readonly takesAny?: true;
}

interface AnyContent {
  readonly id: string;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** Why it cannot run, in a few words. */
  readonly trouble: string | undefined;
}

/** What a node shows of the document and of its kernel. Live values it gets by itself. */
export interface ActorContent extends AnyContent {
  readonly kind: 'actor';
  readonly kernel: string;
  readonly source: string;
  readonly instances: number;
  /** `16×16 · 4 blocks`; undefined for one thread. */
  readonly size: string | undefined;
  /** Messages that the inboxes of all instances hold together. */
  readonly capacity: number;
  /** Who starts it again when it fails. */
  readonly supervisor: string | undefined;
}

/** An actor that runs on the host. */
export interface HostContent extends AnyContent {
  readonly kind: 'host';
  readonly host: HostKind;
  /** `every 100 ms`, `readings.csv` */
  readonly task: string;
}

export type NodeContent = ActorContent | HostContent;

export interface EdgeContent {
  readonly key: string;
  readonly from: string;
  readonly source: string;
  readonly target: string;
  readonly sourceHandle: string;
  readonly targetHandle: string;
  readonly type: string;
  readonly hue: number;
  /** Which instances get a message, in a word or two; nothing where the target has only one. */
  readonly routing: string | undefined;
  /** Of the target, to tell when it is full; undefined for a host actor, whose depth says nothing of that. */
  readonly capacity: number | undefined;
}

export interface Projection {
  readonly nodes: readonly NodeContent[];
  readonly edges: readonly EdgeContent[];
}

export const inputHandle = (type: string): string => `in:${type}`;
export const outputHandle = (name: string): string => `out:${name}`;
/** The input of a sink: no type is called that. */
export const anyInput = inputHandle('*');
