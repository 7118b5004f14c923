import { StudioError } from '../../../app/base/studio-error.ts';
import type { AddonError } from '../../../native/bindings/addon-error.ts';
import { explainContextLoss, type ExplainedFault } from './context-loss.ts';
import type { Resident } from './residents.ts';

interface DeviceLossOptions {
  /** What the device is. */
  readonly description: () => string;
  readonly handlerBudgetMs: number;
  readonly residents: () => readonly Resident[];
  /** Told once. */
  readonly onLost: (reason: ExplainedFault, culprit: Resident | undefined) => void;
}

/** Whether the device is lost, and why: nothing runs on it any more, and only a new process gets the GPU back. */
export class DeviceLoss {
  readonly #options: DeviceLossOptions;
  #error: StudioError | undefined;

  constructor(options: DeviceLossOptions) {
    this.#options = options;
  }

  get error(): StudioError | undefined {
    return this.#error;
  }

  /** @throws StudioError `DeviceLost` */
  check(): void {
    if (this.#error !== undefined) throw this.#error;
  }

  /** A launch has ended by an error that takes the context along. */
  ofContext(error: AddonError): void {
    this.#lose(explainContextLoss(error));
  }

  /** A handler hangs, or the blocks beside one. Nothing on the host can end it, and nothing is loaded or freed beside it. */
  byHungHandler(resident: Resident): void {
    const budget = `${this.#options.handlerBudgetMs.toString()} ms`;
    const detail =
      resident.dispatch % 2 === 1
        ? `the handler ran longer than its budget of ${budget}`
        : `its blocks have not moved for ${budget}, although none runs a handler`;
    this.giveUp({ cause: 'runaway', detail }, resident);
  }

  /** Blocks that were launched do not begin, and nothing takes a launch back. */
  byLateLaunch(resident: Resident): void {
    const causes = [
      'the driver keeps fewer grids apart than it was asked for (CUDA_DEVICE_MAX_CONNECTIONS is read by whoever opens CUDA first)',
      'other processes hold the multiprocessors (MPS)',
      'more blocks stay on the GPU than find room together',
    ];
    const detail = `no block of ${resident.code.kernel} has begun for 10 s after its launch; what can keep it waiting: ${causes.join('; ')}`;
    this.giveUp({ cause: 'never-began', detail }, resident);
  }

  /** One runs on, although everything ends. */
  byHandlerAtEnd(actorId: number): void {
    const detail = `a handler of actor ${actorId.toString()} had not returned when everything was ended`;
    const resident = this.#options.residents().find((one) => one.actorId === actorId);
    this.giveUp({ cause: 'runaway', detail }, resident);
  }

  byFunctionAtEnd(): void {
    this.giveUp({ cause: 'runaway', detail: 'a plain function had not returned when everything was ended' });
  }

  byRefusedClose(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    this.giveUp({ cause: 'context-lost', detail: `it could not be closed: ${why.replace(/\.$/, '')}` });
  }

  giveUp(reason: ExplainedFault, culprit?: Resident): void {
    if (this.#error !== undefined) return;
    for (const resident of this.#options.residents()) resident.askToPark(1); // whoever can leaves the arena alone
    this.#lose(reason, culprit);
  }

  #lose(reason: ExplainedFault, culprit?: Resident): void {
    if (this.#error !== undefined) return;
    this.#error = new StudioError('DeviceLost', `${this.#options.description()}: ${reason.detail}.`, {
      tip: 'Every actor of the GPU failed with it. A new process gets the GPU back: start again.',
    });
    this.#options.onLost(reason, culprit);
  }
}
