import { StudioError } from '../../../base/studio-error.ts';
import { describeJson } from '../../../model/codec/json-place.ts';

/** What a number may be, and how to say so. */
interface NumberRule {
  readonly isMet: (value: number) => boolean;
  readonly tip: string;
  readonly isRequired?: boolean;
}

export const period: NumberRule = {
  isMet: (value) => value > 0 && Number.isFinite(value),
  tip: 'It is a number of ms above 0.',
  isRequired: true,
};
export const time: NumberRule = { isMet: (value) => value >= 0, tip: 'It is a number of ms, 0 or more.' };
export const rate: NumberRule = { isMet: (value) => value > 0, tip: 'It is a number above 0.' };
export const total: NumberRule = {
  isMet: (value) => value >= 0 && (Number.isInteger(value) || value === Infinity),
  tip: 'It is a whole number, 0 or more.',
};

/** Options of those who write no topology, whose schema they pass by. @throws StudioError `InvalidLaunch` */
export function checkNumbers<Options extends object>(
  host: string,
  options: Options,
  rules: { readonly [name in keyof Options]?: NumberRule },
): void {
  for (const [name, rule] of Object.entries<NumberRule | undefined>(rules)) {
    const value: unknown = options[name as keyof Options]; // a key of the rules is one of the options
    if (rule === undefined || (value === undefined && rule.isRequired !== true)) continue;
    if (typeof value === 'number' && rule.isMet(value)) continue;
    throw new StudioError('InvalidLaunch', `${host}: ${name} is ${describeJson(value)}.`, { tip: rule.tip });
  }
}
