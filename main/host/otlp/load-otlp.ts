import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../package-root.ts';
import type * as StartOtlp from './start-otlp.ts';

/** In a file of its own: who does not ask for OpenTelemetry loads nothing of it. */
export async function loadOtlp(): Promise<typeof StartOtlp.startOtlp> {
  const file = join(packageRoot(import.meta.url), 'dist', 'otlp.js');
  const { startOtlp } = (await import(pathToFileURL(file).href)) as typeof StartOtlp;
  return startOtlp;
}
