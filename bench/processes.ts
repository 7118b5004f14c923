import { readdirSync, readFileSync } from 'node:fs';

/** Children of a process, this one without another, by their script. Empty where there is no /proc. */
export function childProcesses(scriptPart: string, parentPid: number = process.pid): number[] {
  return numbersIn('/proc').filter((pid) => {
    const [, parent] = statOf(pid);
    return parent === parentPid && read(`/proc/${pid}/cmdline`).includes(scriptPart);
  });
}

/** Resident memory in bytes; undefined where there is no /proc. */
export function residentBytes(pid: number): number | undefined {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(read(`/proc/${pid}/status`))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/** CPU time so far, user and system, in ms; undefined where there is no /proc. */
export function cpuMs(pid: number): number | undefined {
  const fields = statOf(pid);
  return fields.length === 0 ? undefined : ((fields[11] ?? 0) + (fields[12] ?? 0)) * 10;
}

/** Fields of /proc/<pid>/stat after the command's name: state, parent, … */
function statOf(pid: number): number[] {
  const text = read(`/proc/${pid}/stat`);
  return text === ''
    ? []
    : text
        .slice(text.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
}

function numbersIn(folder: string): number[] {
  try {
    return readdirSync(folder).map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
