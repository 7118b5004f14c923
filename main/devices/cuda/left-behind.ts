import type { Flight } from './residents.ts';

const LOOK_AGAIN_MS = 20;

/** Whose blocks have left although their grid goes on, because a handler of another actor holds it up. */
export class LeftBehind {
  readonly #flights = new Set<Flight>();
  readonly #onFound: () => void;
  #timer: NodeJS.Timeout | undefined;
  #hasEnded = false;

  /** `onFound`: there is somebody to be detached, and launched anew. */
  constructor(onFound: () => void) {
    this.#onFound = onFound;
  }

  /** Blocks that have seen the wish to leave may follow it long after it was withdrawn. */
  watch(flights: readonly Flight[]): void {
    if (this.#hasEnded) return;
    for (const flight of flights) this.#flights.add(flight);
    this.#timer ??= setInterval(() => {
      if ([...this.#flights].some(isAnyParked)) this.#onFound();
    }, LOOK_AGAIN_MS).unref();
  }

  /** To be launched anew: nothing of theirs is part of the grid any more. */
  detach(): void {
    for (const flight of this.#flights)
      for (const resident of flight.residents) if (isParkedIn(flight, resident)) resident.flight = undefined;
  }

  landed(flight: Flight): void {
    if (this.#flights.delete(flight) && this.#flights.size === 0) this.#stop();
  }

  end(): void {
    this.#hasEnded = true;
    this.#stop();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function isAnyParked(flight: Flight): boolean {
  return flight.residents.some((resident) => isParkedIn(flight, resident));
}

function isParkedIn(flight: Flight, resident: Flight['residents'][number]): boolean {
  return resident.flight === flight && resident.isParked;
}
