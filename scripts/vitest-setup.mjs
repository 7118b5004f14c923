import { ensureBuilt } from './build.mjs';

/**
 * Tests start workers and the compiler from dist/, so it is brought up to date before them and, in watch mode, before
 * each rerun.
 *
 * @param {import('vitest/node').TestProject} project
 */
export default async function buildBeforeTests(project) {
  await ensureBuilt();
  project.onTestsRerun(async () => {
    await ensureBuilt();
  });
}
