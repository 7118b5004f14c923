import { StudioError } from '../../../app/base/studio-error.ts';

/**
 * How long actors stay on the GPU. `resident`: until they are asked to leave. `slices`: for a while, and again as soon as
 * there is something for one of them, because the display's watchdog ends what stays for seconds. `event-driven`: until
 * they have nothing to do, because what the host writes reaches them at a launch only.
 */
export type PacingMode = (typeof MODES)[number];

const MODES = ['resident', 'slices', 'event-driven'] as const;
const VARIABLE = 'RINGSTUDIO_CUDA_PACING';

const SHORTEST_MS = 20;
/** The watchdogs of displays allow two seconds and more, and handlers take their time as well. */
const LONGEST_MS = 500;
/** Slices become so many times longer than coming back takes. */
const GAPS = 20;
/** Of event-driven actors: so long they wait for more, from each other above all. */
const IDLE_US = 200;

export interface PacingOptions {
  /** Kernels that stay for seconds are ended. */
  readonly hasWatchdog: boolean;
  /** May name a mode, which then stays. */
  readonly env: NodeJS.ProcessEnv;
}

/** What a launch of actors says of it, in µs; 0: nothing. */
export interface SliceLimits {
  readonly sliceUs: number;
  readonly idleUs: number;
}

const NONE: SliceLimits = { sliceUs: 0, idleUs: 0 };

export class Pacing {
  #mode: PacingMode;
  readonly #isNamed: boolean;
  #sliceMs = SHORTEST_MS;

  /** @throws StudioError `InvalidOption` for a mode that there is not */
  constructor({ hasWatchdog, env }: PacingOptions) {
    const name = env[VARIABLE] ?? '';
    const named = MODES.find((mode) => mode === name);
    if (named === undefined && name !== '') {
      throw new StudioError('InvalidOption', `${VARIABLE} is '${name}', which is no way to pace actors.`, {
        tip: `It may be ${MODES.join(', ')}. Without it the studio finds out what the GPU needs.`,
      });
    }
    this.#isNamed = named !== undefined;
    this.#mode = named ?? (hasWatchdog ? 'slices' : 'resident');
  }

  get mode(): PacingMode {
    return this.#mode;
  }

  get limits(): SliceLimits {
    if (this.#mode === 'resident') return NONE;
    return { sliceUs: Math.round(this.#sliceMs * 1000), idleUs: this.#mode === 'event-driven' ? IDLE_US : 0 };
  }

  /** For who asks what the device is. */
  get description(): string {
    if (this.#mode === 'resident') return '';
    if (this.#mode === 'event-driven') return ', event-driven: what the host writes reaches it at a launch only';
    return `, in slices of ${Math.round(this.#sliceMs).toString()} ms for the display's watchdog`;
  }

  /** A kernel on the GPU did not see what the host wrote, or the host not what it wrote. */
  noteIncoherence(): void {
    if (!this.#isNamed) this.#mode = 'event-driven';
  }

  /** How long no actor was on the GPU between two slices, although there was something for one. */
  noteGap(gapMs: number): void {
    this.#sliceMs = Math.min(Math.max((this.#sliceMs + gapMs * GAPS) / 2, SHORTEST_MS), LONGEST_MS);
  }
}
