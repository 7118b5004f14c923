import type { StudioError } from '../base/studio-error.ts';
import type { StructType } from '../model/message-type.ts';
import type { RuntimePlatform } from './ports.ts';

export interface PendingRequest {
  /** Reads the reply, a `type`, from the slot and settles. */
  answer(slot: number, type: StructType): void;
  fail(error: StudioError): void;
  readonly deadlineMs: number;
  /** Actor id that the request went to, and its position in that actor's host ring, the urgent one or the other. */
  readonly actorId: number;
  readonly isUrgent: boolean;
  readonly position: number;
}

const SWEEP_MS = 5;
/** Requests given up whose late replies are still told from other messages. */
const OVERDUE_LIMIT = 10_000;

/** Requests that wait for their replies, by the number of the request's message. One timer serves all deadlines. */
export class RequestTable {
  readonly #platform: RuntimePlatform;
  readonly #onTimeout: (request: PendingRequest) => StudioError;
  readonly #requests = new Map<number, PendingRequest>();
  readonly #overdue = new Set<number>();
  #sweep: Disposable | undefined;

  constructor(platform: RuntimePlatform, onTimeout: (request: PendingRequest) => StudioError) {
    this.#platform = platform;
    this.#onTimeout = onTimeout;
  }

  add(number: number, request: PendingRequest): void {
    this.#requests.set(number, request);
    this.#sweep ??= this.#platform.after(SWEEP_MS, () => {
      this.#dropExpired();
    });
  }

  get isWaiting(): boolean {
    return this.#requests.size > 0;
  }

  /** A reply that comes late for an earlier request is an output like any other. */
  forgetOverdue(): void {
    this.#overdue.clear();
  }

  /** Whether the message was a request that has timed out or been aborted: its reply comes late. */
  isOverdue(number: number): boolean {
    return this.#overdue.delete(number);
  }

  /** The request, which is now settled by the caller. */
  take(number: number): PendingRequest | undefined {
    const request = this.#requests.get(number);
    this.#requests.delete(number);
    return request;
  }

  /** Fails a request whose reply may still come. */
  giveUp(number: number, error: StudioError): void {
    const request = this.take(number);
    if (request === undefined) return;
    this.#overdue.add(number);
    if (this.#overdue.size > OVERDUE_LIMIT) this.#overdue.delete(this.#overdue.values().next().value ?? 0);
    request.fail(error);
  }

  /** Fails every request that `matches` and whose reply may still come. */
  giveUpAll(matches: (request: PendingRequest) => boolean, error: StudioError): void {
    for (const [number, request] of this.#requests) if (matches(request)) this.giveUp(number, error);
  }

  /** Fails every request that `matches`. */
  failAll(matches: (request: PendingRequest) => boolean, error: StudioError): void {
    for (const [number, request] of this.#requests) {
      if (!matches(request)) continue;
      this.#requests.delete(number);
      request.fail(error);
    }
  }

  [Symbol.dispose](): void {
    this.#sweep?.[Symbol.dispose]();
  }

  #dropExpired(): void {
    this.#sweep = undefined;
    const now = this.#platform.unixMs();
    for (const [number, request] of this.#requests) {
      if (request.deadlineMs > now) continue;
      this.giveUp(number, this.#onTimeout(request));
    }
    if (this.#requests.size > 0) {
      this.#sweep = this.#platform.after(SWEEP_MS, () => {
        this.#dropExpired();
      });
    }
  }
}
