import type { AddonError } from '../../../native/bindings/addon-error.ts';
import type { GridLoad } from '../../../native/bindings/cuda-native.ts';
import { describeGpu, type CudaContext } from './cuda-context.ts';
import { GpuClock } from './gpu-clock.ts';
import type { Pacing } from './pacing.ts';
import { Residency, type Parked } from './residency.ts';
import type { Code, Resident } from './residents.ts';

/** A GPU of the device: its context, and what is kept in that. */
export interface Gpu {
  /** Among the device's. */
  readonly index: number;
  readonly context: CudaContext;
  readonly residency: Residency;
  readonly clock: GpuClock;
}

interface GpusOptions {
  readonly pacing: Pacing;
  readonly unixMs: () => number;
  readonly onLanded: () => void;
  /** Somebody has left whose grid goes on: `launch` brings them back. */
  readonly onLeftBehind: () => void;
  /** A launch has ended by an error that takes the context along. */
  readonly onLost: (error: AddonError) => void;
}

/** The GPUs of a device, over one arena. Actors are on one of them each. */
export class Gpus {
  readonly all: readonly Gpu[];

  constructor(contexts: readonly CudaContext[], { unixMs, ...options }: GpusOptions) {
    this.all = contexts.map((context, index) => {
      const clock = new GpuClock({ context, pacing: options.pacing, unixMs });
      const residency = new Residency({ ...options, context, clockOriginNs: () => clock.originNs });
      return { index, context, residency, clock };
    });
  }

  /** Runs what is for no GPU in particular. */
  get first(): Gpu {
    return this.all[0]!;
  }

  /** As the driver counts them. */
  get ordinals(): readonly number[] {
    return this.all.map(({ context }) => context.device.ordinal);
  }

  /** `NVIDIA L4 (58 SMs, sm_89)`; of several also which. */
  get description(): string {
    if (this.all.length === 1) return describeGpu(this.first.context.device);
    return this.all.map(({ context: { device } }) => `GPU ${device.ordinal} ${describeGpu(device)}`).join(' and ');
  }

  /** What code for them is compiled for: the least of them, where they differ. */
  get target(): { readonly computeCapability: number; readonly driverVersion: number; readonly isForNewer: boolean } {
    const { driverVersion } = this.first.context;
    const capabilities = this.all.map(({ context: { device } }) => device.computeMajor * 10 + device.computeMinor);
    const computeCapability = Math.min(...capabilities);
    return { computeCapability, driverVersion, isForNewer: Math.max(...capabilities) > computeCapability };
  }

  /** No actor is on any of them. */
  get areEmpty(): boolean {
    return this.all.every(({ residency }) => residency.isEmpty);
  }

  /** How far the clock of one of them may be off at most, in ns. */
  get clockErrorNs(): number {
    return Math.max(...this.all.map(({ clock }) => clock.errorNs));
  }

  /** @throws StudioError `DoesNotFit` */
  async checkRoom(codes: readonly Code[], functions: readonly GridLoad[]): Promise<void> {
    for (const { index, residency } of this.all) {
      const own = codes.filter(({ program }) => program.gpu === index);
      await residency.checkRoom(own, index === this.first.index ? functions : []);
    }
  }

  /** See `Residency.checkRoomFor`. */
  async checkRoomFor(wanted: GridLoad, codes: readonly Code[], functions: readonly GridLoad[]): Promise<void> {
    const own = codes.filter(({ program }) => program.gpu === this.first.index);
    await this.first.residency.checkRoomFor(wanted, own, functions);
  }

  /** See `Residency.launch`. */
  async launch(residents: readonly Resident[]): Promise<void> {
    const refusals: unknown[] = [];
    for (const { index, residency } of this.all) {
      const own = residents.filter(({ code }) => code.program.gpu === index);
      await residency.launch(own).catch((error: unknown) => refusals.push(error));
    }
    if (refusals.length > 0) throw refusals[0];
  }

  /** See `Residency.park`. */
  async park(residents: readonly Resident[], timeoutMs: number): Promise<Parked> {
    const parked = await Promise.all(this.all.map(({ residency }) => residency.park(residents, timeoutMs)));
    return parked.find(({ kind }) => kind === 'held-up') ?? { kind: 'parked' };
  }

  async landed(): Promise<void> {
    await Promise.all(this.all.map(({ residency }) => residency.landed()));
  }

  async departed(residents: readonly Resident[], isLost: () => boolean): Promise<void> {
    for (const { index, residency } of this.all)
      await residency.departed(
        residents.filter(({ code }) => code.program.gpu === index),
        isLost,
      );
  }

  /** Has all blocks leave that can; those that a handler keeps leave when it returns, if ever. */
  async leave(residents: readonly Resident[], timeoutMs: number): Promise<void> {
    await Promise.allSettled(this.all.map(({ residency }) => residency.park(residents, timeoutMs)));
    for (const resident of residents) resident.askToPark(1); // who was held up has been told to stay
  }

  /** Nobody is launched any more. */
  end(): void {
    for (const { residency } of this.all) residency.end();
  }

  /** Nothing runs on them, or can be used any more. The first one's context has registered what the others map. */
  async close(): Promise<void> {
    for (const { context } of this.all.toReversed()) await context.cuda.closeContext(context.context);
  }
}
