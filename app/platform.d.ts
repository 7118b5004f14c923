/**
 * The platform that app/ may count on beyond ES2023: what Node, Electron's processes and browsers all have and what is
 * a pure function of its inputs. Clocks, timers, randomness, console and IO are absent on purpose; they reach app/
 * through ports, so that tests are exact. Shapes match Node's and the DOM's, so app/ compiles unchanged in both.
 */

interface AbortSignal {
  readonly aborted: boolean;
  /** What was passed to `abort()`; narrow it before use. */
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

// AbortSignal.timeout is absent: it owns a timer.
declare var AbortSignal: {
  abort(reason?: unknown): AbortSignal;
  any(signals: AbortSignal[]): AbortSignal;
};

interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

declare var AbortController: {
  new (): AbortController;
};

interface TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
  /** Writes as many whole code points as fit; `read` counts UTF-16 units, `written` bytes. */
  encodeInto(source: string, destination: Uint8Array): { read: number; written: number };
}

declare var TextEncoder: {
  new (): TextEncoder;
};

interface TextDecoder {
  /** Node takes views of shared memory, browsers do not: copy first where the code may run in a browser. */
  decode(input?: ArrayBufferView | ArrayBufferLike, options?: { readonly stream?: boolean }): string;
}

declare var TextDecoder: {
  new (label?: 'utf-8', options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean }): TextDecoder;
};

/** Base64 over "binary strings": one character a byte. Throws on a character above U+00FF. */
declare function btoa(data: string): string;
/** Throws where the data is not base64. */
declare function atob(data: string): string;

/** Base64 from and to a string of code units below 256. */
declare function atob(base64: string): string;
declare function btoa(binary: string): string;
