import { defineConfig } from '@playwright/test';

import type { Target } from './e2e/fixtures/studio.fixture.ts';
import { chromiumArguments } from './e2e/fixtures/chromium-arguments.ts';

/** The server of `access` is the browser's only. */
const desktop = { testDir: 'e2e', testMatch: '**/{flows,desktop}/*.spec.ts', testIgnore: '**/access.spec.ts' };
/** What depends on what is around the page; the other flows run once in a browser, and in Electron itself. */
const aroundThePage = ['**/desktop/*.spec.ts', '**/flows/{first-start,host-death,nothing-lost,on-a-gpu}.spec.ts'];
const chromium = process.env['RINGSTUDIO_CHROMIUM'];

/** Whole jobs of a person, in a browser, against the real host. `scripts/e2e.mjs` builds first and finds the browser. */
export default defineConfig<{ target: Target }>({
  outputDir: 'dist/e2e',
  // Two at a time: much of a flow is waiting. More would have compilers, workers and browsers wait for each other.
  workers: 2,
  // Each flow has a host of its own, and the last ones keep both workers busy.
  fullyParallel: true,
  // Far beyond what any takes: a busy machine is no failure.
  timeout: 600_000,
  expect: { timeout: 60_000 },
  reporter: process.env['RINGSTUDIO_E2E_JSON'] === undefined ? 'list' : [['list'], ['json']],
  use: {
    actionTimeout: 20_000,
    viewport: { width: 1440, height: 900 },
    // A trace draws and copies every page as it goes, which takes flows half as long again.
    trace: process.env['RINGSTUDIO_E2E_TRACE'] === undefined ? 'off' : 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(chromium === undefined ? {} : { executablePath: chromium }),
      args: [...chromiumArguments],
    },
  },
  projects: [
    // How a server comes back after the loss of its GPU is main/cli/serve/gpu-loss.test.ts.
    { name: 'browser', testDir: 'e2e/flows', testIgnore: '**/on-a-gpu.spec.ts' },
    {
      name: 'desktop (stand-in)',
      testDir: 'e2e',
      testMatch: aroundThePage,
      use: { target: 'stand-in' },
    },
    // Where Electron's binary is: `scripts/e2e.mjs` finds it.
    { name: 'desktop', ...desktop, use: { target: 'electron' } },
    { name: 'stand-in itself', testDir: 'e2e/stand-in' },
    // `npm run screenshots`: writes docs/images.
    { name: 'screenshots', testDir: 'e2e/screenshots' },
  ],
});
