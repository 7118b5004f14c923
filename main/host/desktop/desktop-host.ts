import { StudioError } from '../../../app/base/studio-error.ts';
import type { FolderLock } from '../../storage/folder-lock.ts';
import type { MessagePortLike } from '../../transport/port/port-connection.ts';
import { servePort } from '../../transport/port/serve-port.ts';
import { lockStateFolder } from '../studio/state-lock.ts';
import { createStudioHost, type NodeStudioHost } from '../studio/studio-host.ts';
import {
  hostRequestSchema,
  replacedExitCode,
  type HostAnswer,
  type HostFailure,
  type HostMessage,
  type HostRequest,
} from './control.ts';

/** The port to the process that started this one, as Electron's utility processes have it. */
export interface ParentPort {
  on(
    event: 'message',
    listener: (event: { readonly data: unknown; readonly ports: readonly MessagePortLike[] }) => void,
  ): unknown;
  postMessage(message: HostMessage): void;
}

export interface DesktopHostOptions {
  readonly parent: ParentPort;
  /** Told of what goes wrong in the background. */
  readonly onWarning: (message: string) => void;
  /** Everything is written down, or nothing was begun. */
  readonly onEnded: (exitCode: number) => void;
}

const GONE_WITHIN_MS = 3000;
const LOOK_AGAIN_MS = 100;

/** The studio's host under the desktop's main process: windows come as ports, a few questions as messages. */
export async function runDesktopHost({ parent, onWarning, onEnded }: DesktopHostOptions): Promise<void> {
  /** Where in the program it happened is for the log; people get the words. */
  const failureOf = (error: unknown): HostFailure => {
    if (!(error instanceof StudioError)) onWarning(wordsOf(error));
    return describeFailure(error);
  };
  let lock: FolderLock;
  try {
    lock = await lockWhenFree();
  } catch (error) {
    parent.postMessage({ kind: 'failed', failure: failureOf(error) });
    onEnded(1);
    return;
  }
  const replaceHost = (): void => void end().finally(() => onEnded(replacedExitCode));
  const host = createStudioHost({ onWarning, replaceHost });
  const end = async (): Promise<void> => {
    await host[Symbol.asyncDispose]();
    await lock[Symbol.asyncDispose]();
  };
  parent.on('message', ({ data, ports }) => {
    const request = hostRequestSchema.safeParse(data);
    if (!request.success) {
      onWarning(`The main process asked for something unknown: ${request.error.message}`);
      return;
    }
    if (request.data.kind === 'connect') {
      for (const port of ports) servePort(port, { host, onError: (error) => onWarning(wordsOf(error)) });
      return;
    }
    const { kind, id } = request.data;
    const answered = answer(request.data, host, end).catch((error: unknown) => ({ failure: failureOf(error) }));
    void answered.then((found) => {
      parent.postMessage({ kind: 'answer', id, ...found });
      if (kind === 'end') onEnded(0);
    });
  });
  parent.postMessage({ kind: 'ready' });
  host.warmUp();
  await host.resumeRuns();
}

/** A host that was killed a moment ago may still be there, and hold the folder. */
async function lockWhenFree(): Promise<FolderLock> {
  const untilMs = Date.now() + GONE_WITHIN_MS;
  for (;;) {
    try {
      return await lockStateFolder();
    } catch (error) {
      const isTaken = error instanceof StudioError && error.code === 'StudioRunning';
      if (!isTaken || Date.now() > untilMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }
}

async function answer(
  request: Exclude<HostRequest, { kind: 'connect' }>,
  host: NodeStudioHost,
  end: () => Promise<void>,
): Promise<Pick<HostAnswer, 'work' | 'recent'>> {
  switch (request.kind) {
    case 'open-work':
      return { work: [...(await host.openWork())] };
    case 'recent': {
      const there = (await host.recentProjects()).filter(({ exists }) => exists);
      return { recent: there.map(({ name, dir }) => ({ name, dir })) };
    }
    case 'save-all':
      await host.saveAll();
      return {};
    case 'end':
      await end();
      return {};
  }
}

function describeFailure(error: unknown): HostFailure {
  if (!(error instanceof StudioError)) {
    return { code: 'Unexpected', message: error instanceof Error ? error.message : String(error) };
  }
  const { code, message, tip } = error;
  return { code, message, ...(tip !== undefined && { tip }) };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
