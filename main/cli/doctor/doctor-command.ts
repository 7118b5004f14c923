import { samplesBundlePath } from '../../host/bundle-shelf.ts';
import { packageRoot } from '../../host/package-root.ts';
import type { Arguments } from '../command/arguments.ts';
import type { Command, CommandContext } from '../command/command.ts';
import { ExitCode } from '../exit-code.ts';
import { productVersion } from '../product-version.ts';
import { checkCache } from './check-cache.ts';
import { checkDevice } from './check-device.ts';
import { checkElectron } from './check-electron.ts';
import { checkSamples } from './check-samples.ts';
import type { Finding } from './finding.ts';
import { checkOptionalParts } from './optional-parts.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'check that everything needed is there and works',
  usage: '[--json]',
  description: [
    'Compiles a small kernel, runs it on the CPU device and asks it something; looks at the cache; then says which ' +
      'optional parts were found. Exit code 0 when everything needed works, 3 when the CPU device does not.',
  ],
  options: [
    { name: 'json', help: 'As a JSON document.' },
    { name: 'help', short: 'h', help: 'Show this.' },
  ],
  examples: [{ meaning: 'what is wrong here?', line: 'ringstudio doctor' }],
  run,
};

const MARKS = { ok: 'ok      ', warning: 'warning ', failed: 'FAILED  ', absent: '-       ' } as const;

async function run(args: Arguments, { terminal }: CommandContext): Promise<ExitCode> {
  args.none();
  const findings: readonly Finding[] = [
    { name: 'Node.js', status: 'ok', detail: `${process.versions.node}, ${process.platform} ${process.arch}` },
    ...(await checkDevice()),
    await checkCache(process.env),
    ...(await checkOptionalParts(process.env)),
    await checkSamples(samplesBundlePath(packageRoot(import.meta.url))),
    await checkElectron({ root: packageRoot(import.meta.url), env: process.env }),
  ];
  const isOk = findings.every(({ status }) => status !== 'failed');
  if (args.has('json')) {
    const report = { ok: isOk, version: productVersion(), checks: findings };
    await terminal.write(`${JSON.stringify(report, undefined, 2)}\n`);
  } else {
    await terminal.write(asText(findings, isOk));
  }
  return isOk ? ExitCode.done : ExitCode.deviceNotAvailable;
}

function asText(findings: readonly Finding[], isOk: boolean): string {
  const nameWidth = Math.max(...findings.map(({ name }) => name.length)) + 2;
  const lines = findings.map(({ name, status, detail }) => `${MARKS[status]}${name.padEnd(nameWidth)}${detail}`);
  const verdict = isOk ? 'Everything needed is there and works.' : 'Something needed does not work: see FAILED above.';
  return [`Ring Kernel Studio ${productVersion()}`, '', ...lines, '', verdict, ''].join('\n');
}
