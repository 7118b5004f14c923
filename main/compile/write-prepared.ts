/** A step of the build: `node write-prepared.mjs KERNELS FILE` makes what every compiler process prepares. */
import writeFileAtomic from 'write-file-atomic';
import { preparation } from './clang/arguments.ts';
import { loadLlvm } from './clang/load-llvm.ts';
import { encodePrepared, readPrepared } from './clang/prepared.ts';
import { readRingHeaders } from './clang/ring-headers.ts';
import { runPreparation } from './clang/run-llvm.ts';

const [kernelsDir, target] = process.argv.slice(2);
if (kernelsDir === undefined || target === undefined) throw new Error('KERNELS and FILE are missing');
const wanted = preparation(readRingHeaders(kernelsDir));
// Most builds change neither headers nor flags.
if (readPrepared(target, wanted) === undefined) {
  await loadLlvm();
  await writeFileAtomic(target, encodePrepared(wanted, await runPreparation(wanted)));
}
