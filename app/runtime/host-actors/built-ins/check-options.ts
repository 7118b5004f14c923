import { StudioError } from '../../../base/studio-error.ts';
import { describeJson } from '../../../model/codec/json-place.ts';
import { hostNumbers } from '../../../model/topology/host-schema.ts';

type HostNumber = keyof typeof hostNumbers;

const tips: Readonly<Record<HostNumber, string>> = {
  periodMs: 'It is a number of ms above 0, at most 2^40.',
  delayMs: 'It is a number of ms from 0 to 2^40.',
  durationMs: 'It is a number of ms above 0, at most 2^40.',
  count: 'It is a whole number from 1.',
  rateHz: 'It is a number above 0, at most 1,000,000,000.',
  speed: 'It is a number above 0.',
  seed: 'It is a whole number from 0.',
};

/** Options of those who write no topology, whose schema they pass by. @throws StudioError `InvalidLaunch` */
export function checkNumbers<Name extends HostNumber>(
  host: string,
  options: { readonly [Key in Name]?: unknown },
  names: readonly Name[],
): void {
  for (const name of names) {
    const value = options[name];
    if (hostNumbers[name].safeParse(value).success) continue;
    throw new StudioError('InvalidLaunch', `${host}: ${name} is ${describeJson(value)}.`, { tip: tips[name] });
  }
}
