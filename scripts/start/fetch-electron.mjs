import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { withLock } from '../lock.mjs';
import { requireWritable } from '../not-writable.mjs';
import { FetchFailure, TimeLimit, describeFetchFailure } from './fetch-failure.mjs';
import { electronPathWithin, findInstalled, readVersion } from './find-electron.mjs';

/**
 * @typedef {{ answerMs: number, stallMs: number }} FetchLimits answerMs: until the first byte, all redirections included;
 *   stallMs: between two pieces after that
 * @typedef {object} FetchOptions
 * @property {string} packageDir node_modules/electron
 * @property {string} lockPath
 * @property {AbortSignal} signal cancels it
 * @property {FetchLimits} limits
 * @property {(progress: import('./progress.mjs').Progress) => void} [onProgress]
 * @property {() => void} [onWait] another process is fetching it
 * @property {Record<string, string>} [checksums] file name → SHA-256; default: those of the package
 */

/**
 * Downloads Electron's executable with the package's own downloader (mirrors, cache and checksums are its business) and
 * puts it where the package looks for it. Whatever ends it early leaves no half of it there.
 *
 * @param {FetchOptions} options
 * @returns {Promise<string>} the executable
 * @throws {FetchFailure} or NotWritable, or the signal's reason
 */
export async function fetchElectron(options) {
  const { packageDir, lockPath, signal, onWait } = options;
  return withLock(
    lockPath,
    async () => {
      // Another process may have fetched it while this one waited.
      const before = findInstalled(packageDir);
      if (before.kind === 'found') return before.path;
      requireWritable(packageDir);
      const archive = await download(options);
      signal.throwIfAborted();
      return install(archive, options);
    },
    { signal, ...(onWait && { onWait }) },
  );
}

/**
 * @param {FetchOptions} options
 * @returns {Promise<string>} the archive, in the downloader's cache
 */
async function download({ packageDir, signal, limits, onProgress, checksums }) {
  const require = createRequire(join(packageDir, 'package.json'));
  const watch = createWatch(limits);
  const isProxied = hasProxy(process.env);
  let url = '';
  try {
    const get = await import(pathToFileURL(require.resolve('@electron/get')).href);
    if (isProxied && !process.env['ELECTRON_GET_USE_PROXY']) get.initializeProxy();
    const http = new get.FetchDownloader();
    return await get.downloadArtifact({
      version: require(join(packageDir, 'package.json')).version,
      artifactName: 'electron',
      platform: process.platform,
      arch: hostArchitecture(),
      cacheRoot: process.env['electron_config_cache'],
      checksums: checksums ?? require(join(packageDir, 'checksums.json')),
      downloader: {
        /**
         * @param {string} from
         * @param {string} target
         */
        download: async (from, target) => {
          url = from;
          watch.start();
          await http.download(from, target, {
            // The downloader's own bar would come on top of ours.
            quiet: true,
            signal: AbortSignal.any([signal, watch.signal]),
            /** @param {import('./progress.mjs').Progress} progress */
            getProgressCallback: async (progress) => {
              watch.touch();
              onProgress?.(progress);
            },
          });
          watch.stop();
        },
      },
    });
  } catch (error) {
    signal.throwIfAborted();
    const reason = watch.signal.aborted ? watch.signal.reason : error;
    throw new FetchFailure(describeFetchFailure(reason, { url, isProxied }), { cause: error });
  } finally {
    watch.stop();
  }
}

/**
 * The archive is unpacked beside the place where the package looks, and moved there when it is complete; `path.txt`,
 * without which nobody believes in it, is written last.
 *
 * @param {string} archive
 * @param {FetchOptions} options
 */
async function install(archive, { packageDir, signal }) {
  const require = createRequire(join(packageDir, 'package.json'));
  const dist = join(packageDir, 'dist');
  const partial = join(packageDir, 'dist.partial');
  try {
    await removeFolder(partial);
    const { extract } = await import(pathToFileURL(require.resolve('@electron-internal/extract-zip')).href);
    await extract(archive, { dir: partial });
    signal.throwIfAborted();
    const wanted = require(join(packageDir, 'package.json')).version;
    const found = readVersion(partial);
    if (found !== wanted) throw new Error(`the archive holds Electron '${found}' instead of ${wanted}`);
    if (!existsSync(join(partial, electronPathWithin()))) {
      throw new Error(`the archive holds no ${electronPathWithin()}`);
    }
    await rm(join(packageDir, 'path.txt'), { force: true });
    await removeFolder(dist);
    await moveFolder(partial, dist);
    await writeFile(join(packageDir, 'path.txt'), electronPathWithin());
    return join(dist, electronPathWithin());
  } catch (error) {
    await removeFolder(partial);
    signal.throwIfAborted();
    throw new FetchFailure(describeFetchFailure(error), { cause: error });
  }
}

/** @param {string} folder */
async function removeFolder(folder) {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/**
 * Windows refuses to move a folder while a virus scanner looks at what is new in it.
 *
 * @param {string} from
 * @param {string} to
 */
async function moveFolder(from, to) {
  const pausesMs = process.platform === 'win32' ? [100, 300, 1000, 3000] : [];
  for (const pauseMs of pausesMs) {
    const isMoved = await rename(from, to).then(
      () => true,
      () => false,
    );
    if (isMoved) return;
    await sleep(pauseMs);
  }
  await rename(from, to);
}

/** @param {FetchLimits} limits */
function createWatch({ answerMs, stallMs }) {
  const controller = new AbortController();
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  /**
   * @param {number} limitMs
   * @param {string} what
   */
  const restart = (limitMs, what) => {
    clearTimeout(timer);
    timer = setTimeout(() => controller.abort(new TimeLimit(`${what} ${limitMs / 1000} s`)), limitMs);
  };
  return {
    signal: controller.signal,
    start: () => restart(answerMs, 'sent nothing within'),
    touch: () => restart(stallMs, 'stopped in the middle and sent nothing more for'),
    stop: () => clearTimeout(timer),
  };
}

/**
 * Node's fetch knows nothing of proxies by itself; the downloader teaches it, on its own or when it is asked to.
 *
 * @param {NodeJS.ProcessEnv} env
 */
function hasProxy(env) {
  return ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].some((name) => Boolean(env[name]));
}

/** An x64 Node on an Apple chip runs translated; Electron need not. */
function hostArchitecture() {
  if (process.platform !== 'darwin' || process.arch !== 'x64') return process.arch;
  try {
    const answer = execFileSync('sysctl', ['-in', 'sysctl.proc_translated'], { encoding: 'utf8' });
    return answer.trim() === '1' ? 'arm64' : 'x64';
  } catch {
    return 'x64';
  }
}
