import { shortDim, type Dim3 } from '../../../app/model/dim3.ts';
import { defaultLaunchLimitMs } from '../../../app/model/launch-limits.ts';
import type { ReadyLaunch } from './launch-draft.ts';

interface Target {
  readonly path: string;
  readonly functionName: string;
}

/** The launch as a line for a POSIX shell, to be run in the project's folder. */
export function execCommand({ path, functionName }: Target, launch: ReadyLaunch): string {
  const words = ['ringstudio', 'exec', path.startsWith('-') ? `./${path}` : path, '--function', functionName];
  words.push('--grid', dimOption(launch.grid), '--block', dimOption(launch.block));
  if (launch.sharedBytes > 0) words.push('--shared', launch.sharedBytes.toString());
  if (launch.isCooperative) words.push('--cooperative');
  if (launch.timeLimitMs !== defaultLaunchLimitMs) words.push('--time-limit', launch.timeLimitMs.toString());
  for (const { name, text } of launch.symbols) words.push('--symbol', `${name}=${text}`);
  for (const text of launch.args) words.push('--arg', text);
  return words.map(shellQuoted).join(' ');
}

function dimOption(dim: Dim3): string {
  const short = shortDim(dim);
  return typeof short === 'number' ? short.toString() : short.join(',');
}

/** One word for a POSIX shell: as it is where no shell reads anything into it, else in single quotes. */
export function shellQuoted(word: string): string {
  return /^[\w@%+:,./-][\w@%+=:,./-]*$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
