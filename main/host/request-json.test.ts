import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRuntime } from './create-runtime.ts';

const SOURCE = `#include <ring_kernel.cuh>
struct Ask { uint64_t big = 1; ring::text<8> name = {}; };
namespace app { struct Told { uint64_t big; float not_a_number; ring::text<8> name; }; }
RING_KERNEL(teller);
RING_ON(teller, Ask) { ctx.reply(app::Told{msg.big, NAN, msg.name}); }
`;

test('requestJson takes and gives JSON, and says the type of the reply', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'request-json-'));
  try {
    writeFileSync(join(folder, 'teller.cu'), SOURCE);
    await using runtime = await createRuntime({ arenaBytes: 134_217_728, workers: 1 });
    const teller = await runtime.launch((await runtime.compile(join(folder, 'teller.cu'))).kernel('teller'));
    await teller.activate();
    expect(await teller.requestJson({ big: '18446744073709551615', name: 'é' })).toEqual({
      type: 'app::Told',
      message: { big: '18446744073709551615', not_a_number: 'NaN', name: 'é' },
    });
    await expect(teller.requestJson({ big: -1, nothing: 2 })).rejects.toMatchObject({
      code: 'InvalidMessage',
      problems: [{ path: 'big' }, { path: 'nothing' }],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
