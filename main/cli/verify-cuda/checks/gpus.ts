import type { Check } from '../check.ts';
import type { Scene } from '../scene.ts';
import { exactly, openChain, requireNoLoss, summaryOf, throughChain, wholeSummary } from './flows.ts';

export const gpuChecks: readonly Check[] = [
  {
    name: 'several-gpus',
    title: 'each message from an actor on one GPU to one on another arrives once, in order',
    advice: 'Give all actors of a topology the same GPU. Please report it with this report.',
    group: 'several-gpus',
    deadlineMs: 60_000,
    run: severalGpus,
  },
];

async function severalGpus(scene: Scene): Promise<void> {
  const runtime = await scene.openSeveral();
  const [, second] = runtime.device.gpus ?? [];
  scene.require(second !== undefined, `the device has one GPU: ${runtime.device.description}`);
  const chain = await openChain(runtime, await scene.program(runtime, 'messages'), second);
  const count = scene.amount(100_000, 1000);
  const { durationMs } = await throughChain(runtime, chain, exactly(count));
  scene.measure('messages', count, 'messages');
  scene.measure('rate', count / (durationMs / 1000), 'messages/s');
  scene.requireEqual(await summaryOf(chain.sink), wholeSummary(count), 'what the sink has counted');
  requireNoLoss(scene, runtime);
}
