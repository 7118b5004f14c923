import { formatRate } from '../../ui/format.ts';

/** `482 k`; without digits that only flicker. */
export const rateText = (perSecond: number): string => formatRate(perSecond);

/** `482 k/s`, `471 /s` */
export function perSecond(rate: number): string {
  const text = formatRate(rate);
  return /[a-zA-Z]$/.test(text) ? `${text}/s` : `${text} /s`;
}
