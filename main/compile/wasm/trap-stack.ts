/** One WebAssembly frame of V8's `Error.stack`, innermost first. */
export interface TrapFrame {
  /** Demangled, from the module's name section; '' without one. */
  readonly function: string;
  /** Bytes from the start of the module: of the trapping instruction, and in callers of the call itself. */
  readonly offset: number;
}

const FRAME = /^\s+at (?:(.*) \()?wasm:\/\/wasm\/(.+):wasm-function\[\d+\]:0x([0-9a-f]+)\)?$/;

/** The WebAssembly frames of a stack; frames of JavaScript are left out. */
export function parseTrapStack(stack: string): TrapFrame[] {
  const frames: TrapFrame[] = [];
  for (const line of stack.split('\n')) {
    const match = FRAME.exec(line);
    if (match === null) continue;
    const [, name = '', url = '', offset = ''] = match;
    frames.push({ function: withoutModuleName(name, url), offset: parseInt(offset, 16) });
  }
  return frames;
}

/** V8 writes `module.function` and `wasm://wasm/module-hash` for a module whose name section names the module itself. */
function withoutModuleName(name: string, url: string): string {
  const prefix = `${url.slice(0, Math.max(0, url.lastIndexOf('-')))}.`;
  return prefix.length > 1 && name.startsWith(prefix) ? name.slice(prefix.length) : name;
}
