// The desktop application: what `dist/shell.cjs` holds. A second start hands its project to the first one.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog, protocol } from 'electron';
import { z } from 'zod';
import { registerAppScheme } from './app-protocol.ts';
import { Desktop } from './desktop.ts';
import { projectOf } from './open-request.ts';

const handedOver = z.object({ project: z.string().max(4096).optional() });

app.setName('Ring Kernel Studio');
app.setAppUserModelId('studio.ringkernel');
useOwnFolder();
app.enableSandbox();
registerAppScheme(protocol);
app.setAboutPanelOptions({
  applicationName: 'Ring Kernel Studio',
  applicationVersion: app.getVersion(),
  version: `Electron ${process.versions.electron}, Chromium ${process.versions.chrome}, Node ${process.versions.node}`,
  copyright: 'Apache License 2.0. Licences of what it is built on: THIRD-PARTY-LICENSES.txt, in the application.',
});

const project = projectOf({
  argv: process.argv,
  isUnpackaged: process.defaultApp,
  cwd: process.cwd(),
});
if (app.requestSingleInstanceLock({ project })) begin();
else app.quit();

/** A checkout does not meet the installed application, nor a test the studio of the person who runs it. */
function useOwnFolder(): void {
  const ofCheckout = app.isPackaged ? undefined : join(app.getPath('appData'), 'Ring Kernel Studio (checkout)');
  const named = process.env['RINGSTUDIO_USER_DATA'];
  const folder = named === undefined || named === '' ? ofCheckout : named;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true }); // Electron sets no path that is not there
  app.setPath('userData', folder);
}

function begin(): void {
  /** Projects that were asked for before there is anybody to open them: macOS says so before the application is ready. */
  const early = project === undefined ? [] : [project];
  let desktop: Desktop | undefined;
  const open = (path: string | undefined): void => {
    if (desktop === undefined) early.push(...(path === undefined ? [] : [path]));
    else if (path === undefined) desktop.show();
    else void desktop.openProject(path);
  };
  app.on('open-file', (event, path) => {
    event.preventDefault();
    open(path);
  });
  app.on('second-instance', (...[, , , data]) => open(handedOver.safeParse(data).data?.project));
  app.on('activate', () => open(undefined));
  const start = async (): Promise<void> => {
    await app.whenReady();
    const starting = new Desktop();
    await starting.start();
    desktop = starting;
    for (const path of early.splice(0)) await desktop.openProject(path);
  };
  start().catch((error: unknown) => {
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    dialog.showErrorBox('Ring Kernel Studio does not start', words);
    app.exit(1);
  });
}
