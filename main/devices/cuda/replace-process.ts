import { loadAddon } from '../../../native/bindings/load-addon.ts';

/**
 * Goes on as a new process of the same command line, under the same number: nothing of this one is left, not even what the
 * driver holds for it.
 *
 * @param nativeDir the package's folder native/
 * @throws Error where that cannot be done
 */
export function replaceProcess(nativeDir: string, env: NodeJS.ProcessEnv): never {
  const loaded = loadAddon(nativeDir);
  if (!loaded.ok) throw new Error(loaded.reason);
  const { execPath, execArgv, argv } = process;
  return loaded.addon.replaceProcess(execPath, [execPath, ...execArgv, ...argv.slice(1)], env);
}
