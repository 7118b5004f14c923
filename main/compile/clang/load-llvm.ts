import { setFlagsFromString } from 'node:v8';
import { runLLVM } from '@yowasp/clang';

/** What LLVM's loader wants of fetch's Response: it reads the files itself. */
class WholeFile {
  readonly #bytes: Uint8Array<ArrayBuffer>;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
  }

  get body(): { pipeThrough: () => Uint8Array<ArrayBuffer> } {
    return { pipeThrough: () => this.#bytes };
  }

  arrayBuffer(): Promise<ArrayBuffer> {
    const { buffer, byteOffset, byteLength } = this.#bytes;
    const isAll = byteLength === buffer.byteLength;
    return Promise.resolve(isAll ? buffer : buffer.slice(byteOffset, byteOffset + byteLength));
  }

  compile(): Promise<WebAssembly.Module> {
    return WebAssembly.compile(this.#bytes);
  }
}

/**
 * Loads LLVM, once, in a process that does nothing else meanwhile. Its loader passes 100 MB through fetch's Response and
 * a stream of chunks, and has V8 check all of the code: without that, it is there in a third of the time.
 */
export async function loadLlvm(): Promise<void> {
  setFlagsFromString('--wasm-lazy-validation');
  const restore = [
    replace(globalThis, 'Response', WholeFile),
    replace(WebAssembly, 'compileStreaming', (file: WholeFile) => file.compile()),
  ];
  try {
    await runLLVM(undefined, {}, { fetchProgress: () => undefined });
  } finally {
    for (const each of restore) each();
  }
}

/** Returns what puts it back. */
function replace(owner: object, name: string, value: unknown): () => void {
  const before: unknown = Reflect.get(owner, name);
  Reflect.set(owner, name, value);
  return () => Reflect.set(owner, name, before);
}
