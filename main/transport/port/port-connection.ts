import { EventEmitter } from 'node:events';
import type { PortFrame } from '../../../app/contract/port-frame.ts';

/** As Electron's MessagePortMain has it. */
export interface MessagePortLike {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(message: PortFrame): void;
  start(): void;
  close(): void;
}

const OPEN = 1;
const CLOSED = 3;
const MAX_MESSAGE_UNITS = 16_777_216;

/**
 * A port that behaves like a socket of `ws`, as far as tRPC's connection handler looks. Whatever else than a frame
 * arrives ends the connection: no window of ours sends it.
 */
export class PortConnection extends EventEmitter {
  readyState = OPEN;
  readonly #port: MessagePortLike;
  #unitsOnTheWay = 0;

  constructor(port: MessagePortLike) {
    super();
    this.#port = port;
    port.on('message', ({ data }) => this.#take(data));
    port.on('close', () => this.#closed());
  }

  /** UTF-16 units that the window has not taken yet. A port has no measure of its own. */
  get bufferedAmount(): number {
    return this.#unitsOnTheWay;
  }

  /** Whoever listens is listening: frames that came before arrive now. */
  start(): void {
    this.#port.start();
  }

  send(message: string): void {
    if (this.readyState !== OPEN) return;
    this.#unitsOnTheWay += message.length;
    this.#port.postMessage(message);
  }

  close(): void {
    this.#port.close();
    this.#closed();
  }

  terminate(): void {
    this.close();
  }

  #take(frame: unknown): void {
    if (this.readyState !== OPEN) return;
    if (typeof frame === 'string' && frame.length <= MAX_MESSAGE_UNITS) {
      this.emit('message', Buffer.from(frame), false);
    } else if (typeof frame === 'number' && frame >= 0 && frame <= this.#unitsOnTheWay) {
      this.#unitsOnTheWay -= frame;
    } else {
      this.close();
    }
  }

  #closed(): void {
    if (this.readyState === CLOSED) return;
    this.readyState = CLOSED;
    this.emit('close');
  }
}
