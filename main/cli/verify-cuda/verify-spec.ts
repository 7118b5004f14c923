import type { CommandSpec } from '../command/command-spec.ts';
import { gpuOption } from '../command/gpu-option.ts';

export const DEFAULT_TIME_LIMIT_S = 290;

export const verifySpec: CommandSpec = {
  name: 'verify-cuda',
  summary: 'show by checks what works on the GPU of this machine',
  usage: '[check]... [options]',
  description: [
    'Runs checks on the GPU, in processes of their own: memory between host and GPU, messages, parking, loads and reloads, ' +
      'faults, plain functions, and every sample against the CPU device. Each ends as passed, failed, skipped or unknown, ' +
      'with what it has measured. Takes less than five minutes; the first run compiles everything.',
    'Progress and a table go to stderr, the report as a JSON document to stdout or to --report. Exit code 0 when all passed ' +
      '(or were skipped with a reason), 1 when something failed or is unknown, 3 when there is no such GPU.',
    'On the driver stand-in of this project’s tests it runs too; the report then says that nothing is proven about a GPU.',
  ],
  options: [
    gpuOption,
    { name: 'report', value: 'FILE', help: 'Write the report to this file; - is stdout, the default.' },
    { name: 'quick', help: 'Few rounds: shows that everything goes together, in seconds.' },
    { name: 'list', help: 'Show the names of the checks; run nothing.' },
    {
      name: 'time-limit',
      value: 'S',
      help: `Stop after so many seconds; what has not ended is unknown then. Default ${DEFAULT_TIME_LIMIT_S}.`,
    },
    { name: 'deadline', value: 'S', help: 'A check that takes longer hangs. Default: 30 to 120, by check.' },
    { name: 'help', short: 'h', help: 'Show this.' },
  ],
  examples: [
    { meaning: 'everything, for a report', line: 'ringstudio verify-cuda --report report.json' },
    { meaning: 'two checks', line: 'ringstudio verify-cuda memory-coherence latency' },
  ],
};
