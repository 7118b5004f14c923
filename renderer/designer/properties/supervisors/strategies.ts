import type { TopologySupervisor } from '../../../../app/model/topology/topology.ts';

type Strategy = TopologySupervisor['strategy'];

interface StrategyWords {
  readonly strategy: Strategy;
  readonly label: string;
  readonly explanation: string;
}

/** Who starts again when a child fails. */
export const strategies: readonly StrategyWords[] = [
  { strategy: 'one-for-one', label: 'One for one', explanation: 'Only the instance that failed starts again.' },
  { strategy: 'one-for-all', label: 'One for all', explanation: 'All children start again.' },
  {
    strategy: 'rest-for-one',
    label: 'Rest for one',
    explanation: 'The one that failed starts again, and those after it.',
  },
];

export function strategyWords(strategy: Strategy): StrategyWords {
  return strategies.find((entry) => entry.strategy === strategy)!; // all are listed
}
