import { createReadStream } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, isAbsolute, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

/** What gets smaller, and is large enough to be worth it. */
const COMPRESSIBLE = /^(text\/|application\/(json|wasm)|image\/svg)/;
const MIN_COMPRESSED_BYTES = 2048;

interface FoundFile {
  readonly absolute: string;
  /** Tells one content of the file from the next. */
  readonly modifiedMs: number;
  readonly sizeBytes: number;
  readonly type: string;
  /** Its name changes with its content. */
  readonly isHashed: boolean;
}

/** The built renderer. Nothing outside its folder is ever read, whatever a path says. */
export class StaticFiles {
  readonly #dir: string;
  /** Compressed once, by path and time of change. */
  readonly #compressed = new Map<string, Promise<Buffer>>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Undefined where there is no such file. */
  async find(url: string): Promise<FoundFile | undefined> {
    const path = pathOf(url);
    if (path === undefined) return undefined;
    try {
      const dir = await realpath(this.#dir);
      const absolute = await realpath(join(dir, path === '/' ? 'index.html' : path));
      const inside = relative(dir, absolute);
      if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return undefined;
      const type = TYPES[extname(absolute).toLowerCase()];
      const stats = await stat(absolute);
      if (!stats.isFile() || type === undefined) return undefined;
      const isHashed = /^\/assets\/.+[-.][\w-]{8,}\.\w+$/.test(path);
      return { absolute, modifiedMs: stats.mtimeMs, sizeBytes: stats.size, type, isHashed };
    } catch {
      return undefined;
    }
  }

  /** Compressed for who takes it: the way may be a long one. */
  async send(file: FoundFile, response: ServerResponse, { hasBody, takesGzip }: SendOptions): Promise<void> {
    const { absolute, sizeBytes, type, isHashed } = file;
    const isCompressed = takesGzip && sizeBytes >= MIN_COMPRESSED_BYTES && COMPRESSIBLE.test(type);
    const compressed = isCompressed ? await this.#compress(file) : undefined;
    response.writeHead(200, {
      'content-type': type,
      'content-length': compressed?.length ?? sizeBytes,
      'cache-control': isHashed ? 'private, max-age=31536000, immutable' : 'no-cache',
      vary: 'accept-encoding',
      ...(compressed && { 'content-encoding': 'gzip' }),
    });
    if (!hasBody || sizeBytes === 0 || compressed !== undefined) {
      response.end(hasBody ? compressed : undefined);
      return;
    }
    const stream = createReadStream(absolute, { end: sizeBytes - 1 });
    stream.on('error', () => response.destroy());
    response.on('close', () => stream.destroy());
    stream.pipe(response);
  }

  #compress({ absolute, modifiedMs }: FoundFile): Promise<Buffer> {
    const key = `${modifiedMs} ${absolute}`;
    const known = this.#compressed.get(key);
    if (known !== undefined) return known;
    const made = readFile(absolute).then((bytes) => promisify(gzip)(bytes));
    this.#compressed.set(key, made);
    made.catch(() => this.#compressed.delete(key));
    return made;
  }
}

interface SendOptions {
  /** False for HEAD. */
  readonly hasBody: boolean;
  readonly takesGzip: boolean;
}

/** The path of a URL, once decoded; undefined for one that no honest client asks for. */
function pathOf(url: string): string | undefined {
  const raw = url.split(/[?#]/, 1)[0] ?? '';
  let path: string;
  try {
    path = decodeURIComponent(raw);
  } catch {
    return undefined;
  }
  // After one decoding nothing may look encoded: who decodes twice would find another path.
  if (!path.startsWith('/') || /[%\\\0]|\/\//.test(path)) return undefined;
  return path.split('/').some((part) => part === '..' || part === '.' || (part !== '' && part.startsWith('.')))
    ? undefined
    : path;
}
