import { isOfCompiler } from '../../app/base/studio-error.ts';
import type { Revision } from '../../app/contract/revision.ts';
import type { VisibleState } from '../ui/state-glyph.tsx';

interface RevisionLook {
  readonly state: VisibleState;
  readonly word: string;
  /** What a click on it shows. */
  readonly act: 'problem' | 'compare' | 'open';
}

export function revisionLook({ status, problems }: Revision): RevisionLook {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  switch (status) {
    case 'compiling':
      return { state: 'info', word: 'compiling', act: 'open' };
    case 'failed':
      if (problems.some(isOfCompiler)) return { state: 'warning', word: 'not compiled', act: 'open' };
      return { state: 'faulted', word: errors === 1 ? '1 error' : `${errors} errors`, act: 'problem' };
    case 'refused':
      return { state: 'warning', word: 'needs a reset', act: 'compare' };
    case 'compiled':
      return { state: 'stopped', word: 'compiled', act: 'open' };
    case 'loaded':
      return { state: 'running', word: 'running', act: 'compare' };
    case 'loaded-after-reset':
      return { state: 'running', word: 'running, reset', act: 'compare' };
    case 'superseded':
      return { state: 'stopped', word: 'replaced', act: 'open' };
  }
}
