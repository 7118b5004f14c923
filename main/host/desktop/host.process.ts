// The studio's host as a utility process of the desktop application: what `dist/host.process.js` holds.
import { runDesktopHost, type ParentPort } from './desktop-host.ts';

const warn = (message: string): void => void process.stderr.write(`${message}\n`);
// Electron declares it for every process; it is there in utility processes only.
const { parentPort: parent } = process as { readonly parentPort?: ParentPort };

if (parent === undefined) {
  warn('host.process is started by the desktop application. In a terminal: ringstudio serve');
  process.exitCode = 2;
} else {
  // A fault of ours in one project must not end the others.
  process.on('unhandledRejection', (error) => warn(error instanceof Error ? (error.stack ?? '') : String(error)));
  // From a terminal they reach every process of the group; the main process ends this one in order.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
  await runDesktopHost({
    parent,
    onWarning: warn,
    onEnded: (exitCode) => {
      process.exitCode = exitCode;
      // eslint-disable-next-line no-restricted-syntax -- the port to the main process would keep this one alive; what was sent gets its turn
      setTimeout(() => process.exit(), 50);
    },
  });
}
