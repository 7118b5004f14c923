import { StudioError } from '../../../../app/base/studio-error.ts';
import { loadAddon } from '../../../../native/bindings/load-addon.ts';
import type { OpenedNvrtc } from '../../../compile/nvrtc/nvrtc.ts';
import { endWithParent } from '../../../process/end-with-parent.ts';
import { nvrtcTask, type NvrtcMessage, type NvrtcReply } from './nvrtc-messages.ts';
import { openNvrtc } from './open-nvrtc.ts';

// The only process that compiles by NVRTC, which handles signals in its own way while it compiles, and cannot be stopped:
// when it crashes, hangs or is not needed any more, the host ends this process and starts another one.

let opened: Promise<OpenedNvrtc> | undefined;

function open(): Promise<OpenedNvrtc> {
  const { nativeDir, libraries } = nvrtcTask.parse(JSON.parse(process.argv[2] ?? ''));
  const loaded = loadAddon(nativeDir);
  if (!loaded.ok) throw new StudioError('NvrtcUnusable', `NVRTC cannot be opened: ${loaded.reason}`);
  return openNvrtc({ cuda: loaded.addon.cuda, libraries }).open();
}

async function handle(message: NvrtcMessage): Promise<NvrtcReply> {
  const nvrtc = await (opened ??= open());
  const { path, version, architectures } = nvrtc;
  if (message.kind === 'open') return { kind: 'opened', found: { path, version, architectures: [...architectures] } };
  const { code, log, loweredNames } = await nvrtc.compile(message.request);
  const names = loweredNames.map(([expression, name]): [string, string] => [expression, name]);
  const answer = { code: code && new Uint8Array(code), log, loweredNames: names };
  return { kind: 'compiled', answer };
}

function failure(error: unknown): NvrtcReply {
  if (error instanceof StudioError) {
    const { code, message, tip } = error;
    return { kind: 'failed', code, message, ...(tip !== undefined && { tip }) };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { kind: 'failed', code: 'InternalError', message };
}

process.on('message', (message: NvrtcMessage) => {
  void handle(message)
    .catch(failure)
    .then((reply) => process.send?.(reply));
});
endWithParent();
