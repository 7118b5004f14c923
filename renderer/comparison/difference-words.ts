import type { Difference, DifferencePlace } from '../../app/model/comparison/difference-list.ts';

/** `mean#0 averages [3]` */
export function whereText({ kind, subject, index = 0 }: DifferencePlace): string {
  switch (kind) {
    case 'message':
      return `${subject} [${index}]`;
    case 'state':
      return `${subject} state`;
    case 'printed':
      return `${subject} prints, line ${index + 1}`;
    case 'failed':
      return subject;
    case 'undelivered':
      return `to ${subject}`;
    case 'dead letters':
      return subject;
  }
}

/** What of it differs: the field, or the whole. */
export function whatText({ kind, path }: DifferencePlace): string {
  switch (kind) {
    case 'message':
      return path === '' ? 'whole message' : path;
    case 'state':
      return path === '' ? 'whole state' : path;
    case 'printed':
      return 'text';
    case 'failed':
      return 'failure';
    case 'undelivered':
      return 'undelivered';
    case 'dead letters':
      return 'dead letters';
  }
}

/** The field as a tolerance names it, where it can have one. */
export function tolerableField({ kind, path }: DifferencePlace, floatFields: readonly string[]): string | undefined {
  const field = path.replace(/\[\d+\]/g, '');
  return (kind === 'message' || kind === 'state') && floatFields.includes(field) ? field : undefined;
}

/** `0.25`, `1.19e-7` */
export function distanceText(distance: number | undefined): string {
  return distance === undefined ? '' : String(Number(distance.toPrecision(3)));
}

/** The least limit of two digits under which all listed differences of the field are none. */
export function limitFor(field: string, differences: readonly Difference[]): string {
  const own = differences.filter(({ place }) => tolerableField(place, [field]) === field);
  const largest = Math.max(0, ...own.map(({ absolute = 0 }) => absolute));
  if (largest === 0) return '0';
  const unit = 10 ** (Math.floor(Math.log10(largest)) - 1);
  const rounded = [Math.ceil(largest / unit), Math.ceil(largest / unit) + 1].map((count) =>
    (count * unit).toPrecision(2),
  );
  return String(Number(rounded.find((text) => Number(text) >= largest)));
}

/** Whom it is about, as an actor's id: `tape: mean#0 averages` is about `mean`. */
export function actorOf({ kind, subject }: DifferencePlace): string | undefined {
  return kind === 'dead letters' ? undefined : /(?:^|: )([^:#\s]+)#\d+/.exec(subject)?.[1];
}
