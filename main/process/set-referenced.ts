import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';

/** Whether a process with an IPC channel and a piped stderr keeps Node alive. */
export function setReferenced(child: ChildProcess | undefined, isReferenced: boolean): void {
  const stderr = child?.stderr as Socket | null | undefined;
  for (const handle of [child, child?.channel, stderr]) {
    if (isReferenced) handle?.ref();
    else handle?.unref();
  }
}
