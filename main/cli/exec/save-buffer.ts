import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { StudioError } from '../../../app/base/studio-error.ts';
import { writeJson } from '../../../app/model/write-json.ts';
import type { UnifiedBuffer } from '../../../app/runtime/buffers/unified-buffer.ts';
import { elementsOf } from '../../host/functions/make-buffer.ts';
import { writeNpy } from '../../host/functions/npy.ts';
import { reasonOf } from '../project/text-file.ts';

/** @throws StudioError `OutputNotWritable`, `InvalidOption` for structs as .npy */
export async function saveBuffer(buffer: UnifiedBuffer, path: string, cwd: string): Promise<void> {
  await writeFile(resolve(cwd, path), fileOf(buffer, path)).catch((cause: unknown) => {
    throw new StudioError('OutputNotWritable', `--save '${path}' cannot be written: ${reasonOf(cause)}.`, { cause });
  });
}

function fileOf(buffer: UnifiedBuffer, path: string): string | Uint8Array {
  if (path.endsWith('.json')) return `${writeJson(elementsOf(buffer.elementType, buffer.copyBytes()))}\n`;
  const { elementType } = buffer;
  if (elementType.kind !== 'scalar')
    throw new StudioError(
      'InvalidOption',
      `--save '${path}': a .npy file holds numbers, and the buffer ${buffer.elementName}.`,
      { tip: 'Save it as .json.' },
    );
  return writeNpy({ scalar: elementType.scalar, length: buffer.length, bytes: buffer.copyBytes() });
}
