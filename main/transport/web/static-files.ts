import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, isAbsolute, join, relative, sep } from 'node:path';

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

interface FoundFile {
  readonly absolute: string;
  readonly sizeBytes: number;
  readonly type: string;
  /** Its name changes with its content. */
  readonly isHashed: boolean;
}

/** The built renderer. Nothing outside its folder is ever read, whatever a path says. */
export class StaticFiles {
  readonly #dir: string;

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
      return { absolute, sizeBytes: stats.size, type, isHashed };
    } catch {
      return undefined;
    }
  }

  send({ absolute, sizeBytes, type, isHashed }: FoundFile, response: ServerResponse, hasBody: boolean): void {
    response.writeHead(200, {
      'content-type': type,
      'content-length': sizeBytes,
      'cache-control': isHashed ? 'private, max-age=31536000, immutable' : 'no-cache',
    });
    if (!hasBody) {
      response.end();
      return;
    }
    const stream = createReadStream(absolute, { end: Math.max(0, sizeBytes - 1) });
    stream.on('error', () => response.destroy());
    response.on('close', () => stream.destroy());
    stream.pipe(response);
  }
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
