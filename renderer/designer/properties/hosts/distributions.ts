import type { FieldType } from '../../../../app/model/message-type.ts';
import type { Distribution } from '../../../../app/model/topology/distribution.ts';
import { firstValue } from './fixed-value.ts';

export type DistributionKind = Distribution['kind'];

export interface Parameter {
  readonly key: string;
  readonly label: string;
  /** What holds while the field is empty. */
  readonly absent?: string;
  /** Under the field when the file format refuses the value. */
  readonly rule: string;
  readonly isJson?: true;
}

interface DistributionWords {
  readonly label: string;
  /** With what it begins when it is chosen. */
  readonly first: (type: FieldType | undefined) => Distribution;
  readonly parameters: readonly Parameter[];
}

const number = 'Use a number.';
const json = { rule: 'Write it as JSON.', isJson: true } as const;

/** Each distribution of the file format, and what can be told of it. */
export const distributionWords: Readonly<Record<DistributionKind, DistributionWords>> = {
  constant: {
    label: 'Constant',
    first: (type) => ({ kind: 'constant', value: firstValue(type) }),
    parameters: [{ key: 'value', label: 'Value', ...json }],
  },
  sequence: {
    label: 'Sequence',
    first: () => ({ kind: 'sequence' }),
    parameters: [
      { key: 'start', label: 'Start', absent: '0', rule: number },
      { key: 'step', label: 'Step', absent: '1', rule: number },
      { key: 'length', label: 'Starts again', absent: 'never', rule: 'Use a whole number from 1.' },
    ],
  },
  uniform: {
    label: 'Uniform',
    first: () => ({ kind: 'uniform', min: 0, max: 1 }),
    parameters: [
      { key: 'min', label: 'Smallest', rule: number },
      { key: 'max', label: 'Largest', rule: number },
    ],
  },
  normal: {
    label: 'Normal',
    first: () => ({ kind: 'normal' }),
    parameters: [
      { key: 'mean', label: 'Mean', absent: '0', rule: number },
      { key: 'deviation', label: 'Deviation', absent: '1', rule: 'Use a number from 0.' },
    ],
  },
  exponential: {
    label: 'Exponential',
    first: () => ({ kind: 'exponential', mean: 1 }),
    parameters: [{ key: 'mean', label: 'Mean', rule: 'Use a number above 0.' }],
  },
  zipf: {
    label: 'Zipf',
    first: () => ({ kind: 'zipf', n: 10 }),
    parameters: [
      { key: 'n', label: 'Largest', rule: 'Use a whole number from 1.' },
      { key: 'exponent', label: 'Exponent', absent: '1', rule: 'Use a number above 0, at most 20.' },
    ],
  },
  choice: {
    label: 'One of',
    first: (type) => ({ kind: 'choice', values: firstChoices(type) }),
    parameters: [
      { key: 'values', label: 'Values', ...json },
      { key: 'weights', label: 'Weights', absent: 'all alike', ...json },
    ],
  },
};

export function isDistributionKind(kind: string): kind is DistributionKind {
  return kind in distributionWords;
}

/** What can fill a field of the type anew; a constant does what a fixed value does. */
export function drawable(type: FieldType | undefined): readonly DistributionKind[] {
  const isNumber = type?.kind === 'scalar' && type.scalar !== 'bool';
  return isNumber ? ['sequence', 'uniform', 'normal', 'exponential', 'zipf', 'choice'] : ['choice'];
}

function firstChoices(type: FieldType | undefined): readonly unknown[] {
  if (type?.kind === 'enum') return type.enum.values.map(({ name }) => name);
  return type?.kind === 'scalar' && type.scalar === 'bool' ? [false, true] : [firstValue(type)];
}
