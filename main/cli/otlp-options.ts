import { StudioError } from '../../app/base/studio-error.ts';
import type { Arguments } from './command/arguments.ts';
import type { OptionSpec } from './command/command-spec.ts';

export const otlpOptions: readonly OptionSpec[] = [
  {
    name: 'otlp',
    value: 'URL',
    help: 'Send metrics and traces to this OpenTelemetry collector, by OTLP over HTTP: http://localhost:4318.',
  },
  { name: 'otel', help: 'The same, to where OTEL_EXPORTER_OTLP_ENDPOINT says.' },
];

/** Undefined: nobody asks for OpenTelemetry. An undefined url: its own variables say where. */
export interface OtlpTarget {
  readonly url: string | undefined;
}

/** @throws StudioError `InvalidOption` */
export function otlpTarget(args: Arguments, env: Readonly<Record<string, string | undefined>>): OtlpTarget | undefined {
  const url = args.text('otlp');
  if (url !== undefined) {
    if (/^https?:\/\//.test(url) && URL.canParse(url)) return { url };
    const tip = 'For example: --otlp http://localhost:4318';
    throw new StudioError('InvalidOption', `--otlp '${url}' is no http address.`, { tip });
  }
  if (!args.has('otel')) return undefined;
  const variables = ['', '_METRICS', '_TRACES'].map((kind) => `OTEL_EXPORTER_OTLP${kind}_ENDPOINT`);
  if (variables.some((name) => (env[name] ?? '') !== '')) return { url: undefined };
  throw new StudioError('InvalidOption', '--otel needs OTEL_EXPORTER_OTLP_ENDPOINT, which is not set.', {
    tip: 'Or name the collector: --otlp http://localhost:4318',
  });
}
