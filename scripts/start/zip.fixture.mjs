import { crc32 } from 'node:zlib';

/**
 * A zip archive of small files, stored and not compressed.
 *
 * @param {Readonly<Record<string, { text: string, mode?: number }>>} files
 */
export function zipOf(files) {
  const locals = [];
  const entries = [];
  let offset = 0;
  for (const [path, { text, mode = 0o644 }] of Object.entries(files)) {
    const name = Buffer.from(path);
    const data = Buffer.from(text);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt32LE(crc32(data), 10);
    shared.writeUInt32LE(data.length, 14);
    shared.writeUInt32LE(data.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), shared, name, data]);
    const end = Buffer.alloc(14);
    end.writeUInt32LE((((0o100000 | mode) << 16) | 0) >>> 0, 6);
    end.writeUInt32LE(offset, 10);
    // Made by Unix, so that the mode counts.
    entries.push(Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\u0003'), shared, end, name]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(entries);
  const trailer = Buffer.alloc(18);
  trailer.writeUInt16LE(entries.length, 4);
  trailer.writeUInt16LE(entries.length, 6);
  trailer.writeUInt32LE(directory.length, 8);
  trailer.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, directory, Buffer.from('PK\u0005\u0006'), trailer]);
}
