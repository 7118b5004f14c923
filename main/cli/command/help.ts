import type { CommandSpec, OptionSpec } from './command-spec.ts';
import { wrap } from './wrap.ts';

const WIDTH = 100;

const EXIT_CODES = [
  ['0', 'done'],
  ['1', 'the program failed: compile errors, failed actors, undelivered messages, dead letters'],
  ['2', 'bad usage or input'],
  ['3', 'the device, or the compiler for it, is not available'],
  ['4', 'the time limit was reached'],
  ['130', 'interrupted (Ctrl-C; once more ends at once)'],
] as const;

/** `ringstudio --help`. */
export function overview(commands: readonly CommandSpec[]): string {
  const nameWidth = Math.max(...commands.map(({ name }) => name.length)) + 2;
  return lines(
    'Ring Kernel Studio: write actors in CUDA C++, run them as persistent kernels, talk to them in JSON.',
    '',
    'Usage: ringstudio <command> [arguments]',
    '',
    'Commands:',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(nameWidth)}${summary}`),
    '',
    'A first kernel, hello.cu:',
    ...FIRST_KERNEL.map((line) => `  ${line}`),
    '',
    'Ask it something:',
    `  ringstudio run hello.cu --inject '{"a": 20, "b": 22}'`,
    '',
    'ringstudio <command> --help explains a command. ringstudio --version prints the version.',
    '',
    'Results are JSON lines on stdout; everything else goes to stderr. Exit codes:',
    ...EXIT_CODES.map(([code, meaning]) => `  ${code.padEnd(5)}${meaning}`),
  );
}

const FIRST_KERNEL = [
  '#include <ring_kernel.cuh>',
  'struct Pair { int32_t a; int32_t b = 1; };',
  'struct Sum { int32_t sum; };',
  'RING_KERNEL(adder);',
  'RING_ON(adder, Pair) { ctx.reply(Sum{msg.a + msg.b}); }',
];

/** `ringstudio run --help`. */
export function commandHelp({ name, usage, description, options, examples }: CommandSpec): string {
  return lines(
    `Usage: ringstudio ${name}${usage === '' ? '' : ` ${usage}`}`,
    '',
    ...description.flatMap((paragraph) => [...wrap(paragraph, WIDTH), '']),
    'Options:',
    ...optionLines(options),
    '',
    'Examples:',
    ...examples.flatMap(({ line, meaning }) => [`  # ${meaning}`, ...line.split('\n').map((part) => `  ${part}`)]),
  );
}

function optionLines(options: readonly OptionSpec[]): string[] {
  const left = options.map(({ name, short, value }) => {
    const long = `--${name}${value === undefined ? '' : ` ${value}`}`;
    return `  ${short === undefined ? '    ' : `-${short}, `}${long}  `;
  });
  const leftWidth = Math.max(...left.map((text) => text.length));
  return options.flatMap(({ help }, index) =>
    wrap(help, WIDTH - leftWidth).map((text, row) => (row === 0 ? left[index]! : '').padEnd(leftWidth) + text),
  );
}

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
