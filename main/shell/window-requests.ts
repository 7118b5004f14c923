import type { BrowserWindow, Dialog, IpcMain, IpcMainEvent, IpcMainInvokeEvent } from 'electron';
import type { z } from 'zod';
import { isOwnPage } from './app-protocol.ts';
import { channelInputs } from './channel-inputs.ts';
import { channels, windowChannels } from './channel-names.ts';
import type { HostProcess } from './host-process.ts';
import type { AppMenu } from './menu/app-menu.ts';
import type { StudioWindow } from './studio-window.ts';
import type { StudioWindows } from './studio-windows.ts';

export interface WindowRequestsOptions {
  readonly ipc: Pick<IpcMain, 'handle' | 'on'>;
  readonly dialog: Pick<Dialog, 'showOpenDialog'>;
  readonly windows: StudioWindows;
  readonly host: Pick<HostProcess, 'connect'>;
  readonly menu: Pick<AppMenu, 'offer'>;
  readonly onProjectShown: (dir: string | null) => void;
  readonly log: (line: string) => void;
}

type Channel = keyof typeof channels;
type Input<C extends Channel> = z.infer<(typeof channelInputs)[C]>;

/** Answers the windows. A sender that is no page of ours, and whatever does not fit its channel, is refused. */
export function answerWindows(options: WindowRequestsOptions): void {
  const { host, menu, windows, dialog, onProjectShown } = options;
  const { invoke, send } = checkedChannels(options);

  invoke('connect', async ({ browserWindow }, [id]) => {
    const port = await host.connect();
    if (browserWindow.isDestroyed()) port.close();
    else browserWindow.webContents.postMessage(windowChannels.port, id, [port]);
  });
  invoke('chooseProject', ({ browserWindow }) => chooseProject(dialog, browserWindow));
  send('offerCommands', (window, [commands]) => {
    menu.offer(window.browserWindow, commands, windows.front === window);
  });
  send('showsProject', (window, [dir]) => {
    window.showsProject(dir);
    onProjectShown(dir);
  });
  send('listening', (window) => window.listens());
  send('flushed', (window, [turn]) => window.flushed(turn));
}

interface CheckedChannels {
  readonly invoke: <C extends Channel>(
    channel: C,
    answer: (window: StudioWindow, input: Input<C>) => Promise<unknown>,
  ) => void;
  readonly send: <C extends Channel>(channel: C, take: (window: StudioWindow, input: Input<C>) => void) => void;
}

function checkedChannels({ ipc, windows, log }: WindowRequestsOptions): CheckedChannels {
  const check = <C extends Channel>(
    channel: C,
    event: IpcMainEvent | IpcMainInvokeEvent,
    args: readonly unknown[],
  ): { readonly window: StudioWindow; readonly input: Input<C> } | undefined => {
    const window = senderOf(event, windows);
    const input = channelInputs[channel].safeParse(args);
    if (window !== undefined && input.success) return { window, input: input.data as Input<C> };
    log(`Refused ${channels[channel]}: ${window === undefined ? 'it is no page of ours' : 'its input does not fit'}.`);
    return undefined;
  };
  return {
    invoke: (channel, answer) => {
      ipc.handle(channels[channel], async (event, ...args: unknown[]) => {
        const checked = check(channel, event, args);
        if (checked === undefined) throw new Error(`${channels[channel]} was refused.`);
        return answer(checked.window, checked.input);
      });
    },
    send: (channel, take) => {
      ipc.on(channels[channel], (event, ...args: unknown[]) => {
        const checked = check(channel, event, args);
        if (checked !== undefined) take(checked.window, checked.input);
      });
    },
  };
}

/** The main frame of one of our windows, while it shows our page. */
function senderOf(event: IpcMainEvent | IpcMainInvokeEvent, windows: StudioWindows): StudioWindow | undefined {
  const { sender, senderFrame } = event;
  if (senderFrame?.parent !== null || !isOwnPage(senderFrame.url)) return undefined;
  return windows.of(sender);
}

async function chooseProject(dialog: WindowRequestsOptions['dialog'], window: BrowserWindow): Promise<string | null> {
  const isMac = process.platform === 'darwin';
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: 'Open project',
    buttonLabel: 'Open',
    // Elsewhere than on a Mac a dialog chooses files or folders, not both.
    properties: isMac ? ['openDirectory', 'openFile'] : ['openDirectory'],
    ...(isMac && { filters: [{ name: 'Topologies', extensions: ['json'] }] }),
  });
  return canceled ? null : (filePaths[0] ?? null);
}
