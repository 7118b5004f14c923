import type { Arena } from '../../../app/device/arena.ts';
import type { ActorPlacement } from '../../../app/device/device.ts';
import { AddonError } from '../../../native/bindings/addon-error.ts';
import type { GridLoad } from '../../../native/bindings/cuda-native.ts';
import type { DeviceLoss } from './device-loss.ts';
import type { Gpus } from './gpus.ts';
import type { Parked } from './residency.ts';
import { Resident, type Code } from './residents.ts';

interface PopulationOptions {
  readonly arena: Arena;
  readonly gpus: Gpus;
  readonly loss: Pick<DeviceLoss, 'error' | 'ofContext'>;
  /** Plain functions that run now. */
  readonly functions: () => readonly GridLoad[];
  /** Resolves when all batches of now are over. */
  readonly settled: () => Promise<void>;
  /** These are all from now on. */
  readonly onChanged: (residents: readonly Resident[]) => void;
  /** It is about to be forgotten. */
  readonly onLeaving: (resident: Resident) => void;
  /** Some who were on a GPU before cannot be launched now. */
  readonly onRefused: () => void;
}

const WARNING = 'RINGSTUDIO_CUDA_REFUSED';
/** How long housekeeping waits for handlers that are running. */
export const HOUSEKEEPING_MS = 5000;

/** The actors of a device, wherever they are: on a GPU, or away for a while. What moves them is for the one whose turn it is. */
export class Population {
  readonly #options: PopulationOptions;
  readonly #residents = new Map<number, Resident>();
  #hasWarned = false;

  constructor(options: PopulationOptions) {
    this.#options = options;
  }

  get all(): readonly Resident[] {
    return [...this.#residents.values()];
  }

  get living(): readonly Resident[] {
    return this.all.filter((resident) => !resident.hasEnded);
  }

  find(actorId: number): Resident | undefined {
    return this.#residents.get(actorId);
  }

  get(actorId: number): Resident {
    const resident = this.#residents.get(actorId);
    if (resident === undefined) throw new Error(`actor ${actorId.toString()} is not placed on this device`);
    return resident;
  }

  /** @throws StudioError `DoesNotFit` where these do not find room beside the others, which stay */
  async checkRoom(codes: Iterable<Code>, others: readonly Resident[] = this.living): Promise<void> {
    await this.#options.gpus.checkRoom([...others.map(({ code }) => code), ...codes], this.#options.functions());
  }

  /**
   * All or none, and none of them is anywhere any more when it rejects.
   *
   * @throws StudioError `DoesNotFit`
   */
  async place(actors: readonly ActorPlacement[], codes: readonly Code[]): Promise<void> {
    const { arena, gpus } = this.#options;
    await this.checkRoom(codes);
    const residents: Resident[] = [];
    try {
      for (const [index, actor] of actors.entries()) residents.push(new Resident(arena, actor, codes[index]!));
      for (const resident of residents) this.#residents.set(resident.actorId, resident);
      this.#changed();
      await gpus.launch(this.all);
    } catch (error) {
      const areThere = residents.length === actors.length && residents.every((one) => one.flight ?? one.isParked);
      if (areThere) {
        this.#refused(error);
        return;
      }
      await this.#withdraw(residents);
      if (isFatal(error)) this.#options.loss.ofContext(error);
      throw error;
    }
  }

  /** Forgets actors that have ended, once nothing of them is on a GPU any more. */
  async remove(actorIds: readonly number[]): Promise<void> {
    await this.#withdraw(actorIds.flatMap((id) => this.#residents.get(id) ?? []));
  }

  /** Launches whoever is not on a GPU. False where the driver refuses some for now. */
  async bringBack(): Promise<boolean> {
    if (this.#isLost) return true;
    try {
      await this.#options.gpus.launch(this.all);
      return true;
    } catch (error) {
      this.#refused(error);
      return false;
    }
  }

  park(residents: readonly Resident[], timeoutMs: number): Promise<Parked> {
    return this.#options.gpus.park(residents, timeoutMs);
  }

  get #isLost(): boolean {
    return this.#options.loss.error !== undefined;
  }

  #refused(error: unknown): void {
    if (isFatal(error)) {
      this.#options.loss.ofContext(error);
      return;
    }
    this.#options.onRefused();
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const why = error instanceof Error ? error.message : String(error);
    const { description } = this.#options.gpus;
    process.emitWarning(`${description}: actors are away until they can be launched again: ${why}`, { code: WARNING });
  }

  async #withdraw(leaving: readonly Resident[]): Promise<void> {
    const { arena, gpus, settled, onLeaving } = this.#options;
    const living = leaving.filter((resident) => !resident.hasEnded); // the host has given them up
    if (!this.#isLost && living.length > 0) {
      const { kind } = await gpus.park(living, HOUSEKEEPING_MS);
      if (kind === 'held-up') for (const resident of living) resident.askToPark(1); // these do not stay
    }
    await gpus.departed(leaving, () => this.#isLost);
    for (const resident of leaving) resident.leaveWorker();
    if (!this.#isLost) await settled(); // who has sent them something may be about to ring
    for (const resident of leaving) {
      onLeaving(resident);
      this.#residents.delete(resident.actorId);
      resident.release(arena);
    }
    this.#changed();
    if (living.length > 0) await this.bringBack(); // who had to leave with them
  }

  #changed(): void {
    this.#options.onChanged(this.all);
  }
}

function isFatal(error: unknown): error is AddonError {
  return error instanceof AddonError && error.class === 'fatal';
}
