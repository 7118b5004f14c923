import { didYouMean } from '../../../app/base/did-you-mean.ts';
import type { DeviceKind } from '../../../app/device/device.ts';
import { usageError, type Arguments } from '../command/arguments.ts';
import { compareSpec } from './compare-spec.ts';

/** One of the two runs. */
export interface Side {
  readonly device: DeviceKind;
  /** In results: the device, and where both are the same `cpu1` and `cpu2`. */
  readonly name: string;
}

const KINDS: readonly DeviceKind[] = ['cpu', 'cuda'];

/** @throws StudioError `InvalidOption` */
export function comparedSides(args: Arguments): readonly [Side, Side] {
  const [single, both] = [args.texts('device'), args.text('against')];
  if (single.length > 0 && both !== undefined)
    throw usageError(compareSpec, 'InvalidOption', 'either --device twice, or --against; not both.');
  const names = both === undefined ? single : both.split(',').map((name) => name.trim());
  const option = both === undefined ? '--device' : '--against';
  const [first, second, ...others] = (names.length === 0 ? KINDS : names).map((name) => kindOf(name, option));
  if (first === undefined || second === undefined || others.length > 0) {
    const count = names.length === 1 ? 'one' : names.length.toString();
    const message = `compare takes two devices, not ${count}: --device cpu --device cuda.`;
    throw usageError(compareSpec, 'InvalidOption', message);
  }
  if (first !== second)
    return [
      { device: first, name: first },
      { device: second, name: second },
    ];
  return [
    { device: first, name: `${first}1` },
    { device: second, name: `${second}2` },
  ];
}

function kindOf(name: string, option: string): DeviceKind {
  const found = KINDS.find((kind) => kind === name);
  if (found !== undefined) return found;
  const hint = didYouMean(name, KINDS);
  const message = `${option} takes ${KINDS.join(', ')}; not '${name}'.${hint === undefined ? '' : ` ${hint}`}`;
  throw usageError(compareSpec, 'InvalidOption', message);
}
