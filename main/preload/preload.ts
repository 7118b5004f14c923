// Runs in every window before the page, sandboxed: all that the page gets of Electron is the object below.
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import type { DesktopBridge } from '../../app/contract/desktop.ts';
import { channels, windowChannels } from '../shell/channel-names.ts';

/** Calls `listener` with what the main process sends; gives what ends that. */
function onMain<T>(channel: string, listener: (value: T) => void): () => void {
  const take = (_: IpcRendererEvent, value: T): void => listener(value);
  ipcRenderer.on(channel, take);
  return () => void ipcRenderer.off(channel, take);
}

// A port cannot pass the bridge; the page gets it as a message of its own window.
ipcRenderer.on(windowChannels.port, ({ ports }, id: string) => {
  window.postMessage({ ringHostPort: id }, location.origin, [...ports]);
});

const bridge: DesktopBridge = {
  connect: async (id) => {
    await ipcRenderer.invoke(channels.connect, id);
  },
  chooseProject: () => ipcRenderer.invoke(channels.chooseProject) as Promise<string | null>,
  offerCommands: (commands) => ipcRenderer.send(channels.offerCommands, commands),
  showsProject: (dir) => ipcRenderer.send(channels.showsProject, dir),
  onCommand: (listener) => onMain(windowChannels.command, listener),
  onOpenProject: (listener) => {
    const stop = onMain(windowChannels.openProject, listener);
    ipcRenderer.send(channels.listening);
    return stop;
  },
  onFlush: (listener) =>
    onMain(windowChannels.flush, (turn: number) => {
      const done = (): void => ipcRenderer.send(channels.flushed, turn);
      listener().then(done, done);
    }),
};

contextBridge.exposeInMainWorld('ringDesktop', Object.freeze(bridge));
