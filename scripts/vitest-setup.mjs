import { ensureBuilt } from './build.mjs';
import { ensureNativeBuilt } from './build-native.mjs';

/**
 * Tests start workers and the compiler from dist/, so it is brought up to date before them and, in watch mode, before
 * each rerun.
 *
 * @param {import('vitest/node').TestProject} project
 */
export default async function buildBeforeTests(project) {
  await ensureBuilt();
  await buildNative();
  project.onTestsRerun(async () => {
    await ensureBuilt();
    await buildNative();
  });
}

/** Where it cannot be built, its tests are skipped for this reason. Where it does not compile, they fail. */
async function buildNative() {
  const result = await ensureNativeBuilt();
  if (result.status === 'missing') process.env['RINGSTUDIO_TEST_NATIVE_MISSING'] = result.reason;
  if (result.status === 'failed') console.error(`The native addon does not build: ${result.reason}\n${result.output}`);
}
