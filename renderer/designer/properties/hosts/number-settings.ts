import type { HostKind, HostSetting } from '../../../../app/model/topology/edit/edit-hosts.ts';

export interface NumberSetting {
  readonly key: HostSetting;
  readonly label: string;
  /** In the name of an undoable step. */
  readonly what: string;
  readonly unit?: string;
  /** What holds while the field is empty. */
  readonly absent?: string;
  /** Under the field when the file format refuses the value. */
  readonly rule: string;
}

const positive = 'Use a number above 0.';
const count: NumberSetting = {
  ...{ key: 'count', label: 'Messages', what: 'the number of messages' },
  ...{ absent: 'without end', rule: 'Use a whole number from 1.' },
};
const rate: NumberSetting = {
  ...{ key: 'rateHz', label: 'Rate', what: 'the rate', unit: '/s' },
  ...{ absent: 'as taken', rule: 'Use a number above 0, at most 1,000,000,000.' },
};

/** The settings of each kind that are numbers, in the order in which they are shown. */
export const numberSettings: Readonly<Record<HostKind, readonly NumberSetting[]>> = {
  timer: [
    { key: 'periodMs', label: 'Period', what: 'the period', unit: 'ms', rule: positive },
    { key: 'delayMs', label: 'First after', what: 'the delay', unit: 'ms', absent: '0', rule: 'Use a number from 0.' },
    count,
  ],
  generator: [
    rate,
    count,
    { key: 'durationMs', label: 'Duration', what: 'the duration', unit: 'ms', absent: 'without end', rule: positive },
    {
      ...{ key: 'seed', label: 'Seed', what: 'the seed' },
      ...{ absent: 'of the run', rule: 'Use a whole number from 0.' },
    },
  ],
  replay: [rate, { key: 'speed', label: 'Speed', what: 'the speed', unit: 'times', absent: '1', rule: positive }],
  sink: [],
};
