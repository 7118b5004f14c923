import type { DeadLetterSelectionInput, ReplayResult } from '../../../app/contract/dead-letters.ts';
import { studio } from '../../bridge/client.ts';
import { toFailure } from '../../bridge/failure.ts';
import { openProjectId } from '../../stores/project-session.ts';
import { showFailure, useToasts } from '../../stores/toasts.store.ts';
import { formatCount } from '../../ui/format.ts';
import type { JsonMessage } from '../draft.ts';

type WireReplay = Parameters<typeof studio.telemetry.replayDeadLetters.mutate>[0];

interface ReplayWish {
  readonly selection: DeadLetterSelectionInput;
  readonly to?: string;
  readonly edit?: JsonMessage;
}

/** Sends letters again and says what became of it. Undefined when nothing could be tried. */
export async function replayLetters(wish: ReplayWish): Promise<ReplayResult | undefined> {
  try {
    const result = await studio.telemetry.replayDeadLetters.mutate({
      // The contract knows no readonly JSON; it reads the message only.
      ...(wish as Omit<WireReplay, 'projectId'>),
      projectId: openProjectId(),
    });
    tell(result);
    return result;
  } catch (error) {
    showFailure('The dead letters were not sent again', toFailure(error));
    return undefined;
  }
}

export async function removeLetters(selection: DeadLetterSelectionInput): Promise<void> {
  try {
    await studio.telemetry.removeDeadLetters.mutate({ projectId: openProjectId(), selection });
  } catch (error) {
    showFailure('The dead letters were not removed', toFailure(error));
  }
}

function tell({ replayed, failed }: ReplayResult): void {
  const { show } = useToasts.getState();
  const [first] = failed;
  if (first !== undefined) {
    const title = `${letters(failed.length)} not sent again`;
    const more = failed.length > 1 ? ` The first of them: dead letter ${first.seq}.` : '';
    const problem = first.problems[0];
    const reason = problem === undefined ? first.message : `${problem.path ?? ''} ${problem.message}`.trim();
    show({ severity: 'warning', title, detail: `${reason} ${first.tip ?? ''}${more}`.trim() });
  } else if (replayed.length === 0) {
    show({ severity: 'info', title: 'Nothing to send again', detail: 'All that match have been sent again already.' });
  } else {
    const to = new Set(replayed.map((entry) => entry.to));
    const where = to.size === 1 ? ` to ${[...to].join('')}` : ` to ${to.size} actors`;
    show({ severity: 'info', title: `${letters(replayed.length)} sent again${where}` });
  }
}

function letters(count: number): string {
  return `${formatCount(count)} dead ${count === 1 ? 'letter' : 'letters'}`;
}
