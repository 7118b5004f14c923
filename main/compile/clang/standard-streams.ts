/** What a tool wrote to stdout and stderr. */
export interface StandardStreams {
  readonly stdout: OutputCollector;
  readonly stderr: OutputCollector;
}

/** A tool wrote more than it may. */
export class TooMuchOutput extends Error {}

/** LLVM writes one byte at a time: the bytes are gathered in one growing buffer. */
export class OutputCollector {
  readonly #maxBytes: number;
  #buffer = new Uint8Array(4096);
  #length = 0;

  constructor(maxBytes = Infinity) {
    this.#maxBytes = maxBytes;
  }

  add(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#maxBytes) throw new TooMuchOutput(`more than ${this.#maxBytes} bytes of output`);
    if (length > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(length, this.#buffer.length * 2));
      grown.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = grown;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = length;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer.slice(0, this.#length);
  }

  text(): string {
    return new TextDecoder().decode(this.#buffer.subarray(0, this.#length));
  }
}

type Instantiate = (module: WebAssembly.Module, imports?: WebAssembly.Imports) => Promise<WebAssembly.Instance>;
type WriteToFile = (file: number, vectors: number, count: number, written: number) => number;

const wasiModule = 'wasi_snapshot_preview1';

/**
 * Answers WASI's `fd_write` for stdout and stderr in modules instantiated from now on. LLVM's streams are unbuffered on
 * WASI, and each of the hundred thousand writes of an AST dump would pass through several layers of adapters, at 1 µs
 * each. A module that does not import the function is left alone, and the tool's own streams then carry its output.
 */
export function interceptStandardStreams(current: () => StandardStreams | undefined): void {
  const { instantiate } = WebAssembly;
  const intercepting: Instantiate = async (module, imports) => {
    const wasi = imports?.[wasiModule];
    const write = wasi?.['fd_write'];
    const streams = current();
    if (typeof write !== 'function' || streams === undefined) return instantiate(module, imports);
    const memory: { current?: WebAssembly.Memory } = {};
    const intercepted = writerTo({ streams, writeToFile: write as WriteToFile, memory });
    const instance = await instantiate(module, { ...imports, [wasiModule]: { ...wasi, fd_write: intercepted } });
    memory.current = instance.exports['memory'] as WebAssembly.Memory;
    return instance;
  };
  WebAssembly.instantiate = intercepting;
}

interface Interception {
  readonly streams: StandardStreams;
  readonly writeToFile: WriteToFile;
  /** The module's own, known once it is instantiated. */
  readonly memory: { readonly current?: WebAssembly.Memory };
}

function writerTo({ streams, writeToFile, memory }: Interception): WriteToFile {
  const { stdout, stderr } = streams;
  let bytes: Uint8Array = new Uint8Array(0);
  let words: Uint32Array = new Uint32Array(0);
  // eslint-disable-next-line no-restricted-syntax -- WASI's signature
  return (file, vectors, count, written) => {
    const stream = file === 1 ? stdout : file === 2 ? stderr : undefined;
    if (stream === undefined || memory.current === undefined) return writeToFile(file, vectors, count, written);
    const { buffer } = memory.current;
    // Growth replaces the buffer; a view for each byte written would cost more than the writing.
    if (bytes.buffer !== buffer) {
      bytes = new Uint8Array(buffer);
      words = new Uint32Array(buffer);
    }
    let total = 0;
    for (let vector = vectors >>> 2; vector < (vectors >>> 2) + count * 2; vector += 2) {
      const [start = 0, size = 0] = [words[vector], words[vector + 1]];
      stream.add(bytes.subarray(start, start + size));
      total += size;
    }
    words[written >>> 2] = total;
    return 0;
  };
}
