/** The part of WebAssembly that app/ needs (the arena). Separate from platform.d.ts because Node's types lack it too. */
declare namespace WebAssembly {
  interface MemoryDescriptor {
    /** In pages of 64 KiB. */
    initial: number;
    maximum?: number;
    shared?: boolean;
  }

  interface Memory {
    /** A SharedArrayBuffer when the memory is shared; after `grow` an unshared one is a new, larger buffer. */
    readonly buffer: ArrayBufferLike;
    grow(deltaPages: number): number;
  }

  var Memory: {
    prototype: Memory;
    new (descriptor: MemoryDescriptor): Memory;
  };
}
