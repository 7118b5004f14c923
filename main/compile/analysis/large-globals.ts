import type { Problem } from '../../../app/base/studio-error.ts';
import { placeOf } from '../ast/ast-node.ts';
import { desugared, type Declarations } from '../ast/declarations.ts';
import { formatSize, limits } from '../limits.ts';
import type { MessageTypes } from './message-types.ts';
import { projectPath, type SourceDocs } from './source-docs.ts';

interface Context {
  readonly types: MessageTypes;
  readonly docs: SourceDocs;
}

/**
 * Variables that alone are more than a program may hold, found before the compiler writes them out. Static locals are
 * in no dump: what they add is seen in the object and the module.
 */
export function largeGlobals({ globals }: Declarations, { types, docs }: Context): Problem[] {
  return globals.flatMap(({ node, scope }) => {
    const place = placeOf(node);
    if (place === undefined || node.type === undefined || projectPath(place.file) === undefined) return [];
    const sizeBytes = types.sizeOf(desugared(node.type).replace(/^const /, ''), scope) ?? 0;
    if (sizeBytes <= limits.static) return [];
    const location = docs.location(place);
    return [
      {
        severity: 'error' as const,
        code: staticTooLarge.code,
        message: `'${node.name ?? ''}' takes ${formatSize(sizeBytes)}, and ${staticTooLarge.allowance}`,
        tip: staticTooLarge.tip,
        ...(location && { location }),
      },
    ];
  });
}

export const staticTooLarge = {
  code: 'static-data-too-large',
  allowance: `the static data of a program at most ${formatSize(limits.static)}`,
  tip: 'Keep large data in the states of kernels: every actor has its own.',
} as const;
