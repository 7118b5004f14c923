/** A step of the build: writes what every compiler process prepares to the path in its first argument. */
import { writeFileSync } from 'node:fs';
import { preparation } from './clang/arguments.ts';
import { encodePrepared } from './clang/prepared.ts';
import { readRingHeaders } from './clang/ring-headers.ts';
import { runPreparation } from './clang/run-llvm.ts';

const [kernelsDir, target] = process.argv.slice(2);
if (kernelsDir === undefined || target === undefined) throw new Error('the kernels folder and the file are missing');
const prepared = preparation(readRingHeaders(kernelsDir));
writeFileSync(target, encodePrepared(prepared, await runPreparation(prepared)));
