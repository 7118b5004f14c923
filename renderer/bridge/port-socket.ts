import type { PortFrame } from '../../app/contract/port-frame.ts';

/** What is used of a MessagePort. */
export interface Port {
  postMessage(frame: PortFrame): void;
  start(): void;
  close(): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: () => void): void;
}

/** How much is taken before the host is told: it stops streams when a window is 1 MiB behind. */
const TELL_AFTER_UNITS = 65_536;

/** A MessageEvent, as far as tRPC's client reads it. Node has the class only from version 23 on. */
class DataEvent extends Event {
  readonly data: string;

  constructor(data: string) {
    super('message');
    this.data = data;
  }
}

/**
 * A class like `WebSocket` for tRPC's client, whose connections are ports that `open` gives. A port that closes, because
 * the host has died, is a socket that closes: the client connects again by a new one.
 */
export function portSocketClass(open: () => Promise<Port>): typeof WebSocket {
  class PortSocket extends EventTarget {
    static readonly CONNECTING = 0;
    static readonly OPEN = 1;
    static readonly CLOSING = 2;
    static readonly CLOSED = 3;
    readonly CONNECTING = 0;
    readonly OPEN = 1;
    readonly CLOSING = 2;
    readonly CLOSED = 3;
    readyState: number = PortSocket.CONNECTING;
    #port: Port | undefined;
    #untoldUnits = 0;

    constructor() {
      super();
      // In a turn of its own, as with any socket: whoever made it listens by then.
      open().then(
        (port) => setTimeout(() => this.#begin(port)),
        () => setTimeout(() => this.#end('error')),
      );
    }

    send(message: string): void {
      this.#port?.postMessage(message);
    }

    close(): void {
      this.#end('close');
    }

    #begin(port: Port): void {
      if (this.readyState !== PortSocket.CONNECTING) {
        port.close();
        return;
      }
      this.#port = port;
      port.addEventListener('message', ({ data }) => this.#take(data));
      port.addEventListener('close', () => this.#end('close'));
      port.start();
      this.readyState = PortSocket.OPEN;
      this.dispatchEvent(new Event('open'));
    }

    #take(data: unknown): void {
      if (typeof data !== 'string' || this.readyState !== PortSocket.OPEN) return;
      this.#untoldUnits += data.length;
      if (this.#untoldUnits >= TELL_AFTER_UNITS) {
        this.#port?.postMessage(this.#untoldUnits);
        this.#untoldUnits = 0;
      }
      this.dispatchEvent(new DataEvent(data));
    }

    #end(how: 'close' | 'error'): void {
      if (this.readyState === PortSocket.CLOSED) return;
      this.readyState = PortSocket.CLOSED;
      this.#port?.close();
      if (how === 'error') this.dispatchEvent(new Event('error'));
      this.dispatchEvent(new Event('close'));
    }
  }
  return PortSocket as unknown as typeof WebSocket;
}
