import { Worker } from 'node:worker_threads';

/**
 * Ends this process, which has an IPC channel, when the one that started it has ended, even by a kill, and even while
 * this thread is blocked: then 'disconnect' is never heard, and a thread that looks every two seconds sees it.
 */
export function endWithParent(): void {
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  // On Windows nobody takes the place of a parent that is gone: its id stays, and names no process.
  const code = `
    const { workerData: parent } = require('node:worker_threads');
    const isGone = () => {
      if (process.ppid !== parent) return true;
      try { process.kill(parent, 0); return false; } catch (error) { return error.code === 'ESRCH'; }
    };
    setInterval(() => { if (isGone()) process.kill(process.pid, 'SIGKILL'); }, 2000);`;
  // The parent is read here: it may be gone before the thread has started.
  new Worker(code, { eval: true, workerData: process.ppid }).unref();
}
