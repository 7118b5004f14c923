import { useEffect, useState, type ReactElement } from 'react';

import { type Dragging, useDesigner } from '../designer.store.ts';
import styles from './canvas.module.css';
import { handleKey, type Verdict, verdictOfNode } from './connection-verdicts.ts';

interface Hint {
  readonly x: number;
  readonly y: number;
  readonly verdict: Verdict;
}

/** Beside the pointer while a channel is drawn: why it cannot end here. */
export function ConnectionHint(): ReactElement | null {
  const dragging = useDesigner((state) => state.dragging);
  return dragging === undefined ? null : <MovingHint dragging={dragging} />;
}

function MovingHint({ dragging }: { readonly dragging: Dragging }): ReactElement | null {
  const [hint, setHint] = useState<Hint>();
  useEffect(() => {
    const onMove = ({ clientX, clientY }: PointerEvent): void => {
      const verdict = verdictUnder(dragging, document.elementFromPoint(clientX, clientY));
      setHint(verdict === undefined ? undefined : { x: clientX, y: clientY, verdict });
    };
    window.addEventListener('pointermove', onMove);
    return () => window.removeEventListener('pointermove', onMove);
  }, [dragging]);
  if (hint?.verdict.problem === undefined) return null;
  const { message, tip, notes } = hint.verdict.problem;
  return (
    <div className={styles['hint']} style={{ left: hint.x + 14, top: hint.y + 14 }} role="status">
      <p>{message}</p>
      {tip !== undefined && <p className={styles['tip']}>{tip}</p>}
      {notes?.map((note) => (
        <pre key={note.message}>{note.message}</pre>
      ))}
    </div>
  );
}

function verdictUnder({ from, verdicts }: Dragging, element: Element | null): Verdict | undefined {
  const id = element?.closest('.react-flow__node')?.getAttribute('data-id');
  if (id === null || id === undefined || id === from.actorId) return selfVerdict({ from, verdicts }, element);
  const handle = element?.closest('.react-flow__handle')?.getAttribute('data-handleid');
  return verdicts.get(handleKey(id, handle ?? '')) ?? verdictOfNode(verdicts, id);
}

/** Over the drag's own node only a handle counts. */
function selfVerdict(
  { from, verdicts }: Pick<Dragging, 'from' | 'verdicts'>,
  element: Element | null,
): Verdict | undefined {
  const handle = element?.closest('.react-flow__handle')?.getAttribute('data-handleid');
  return handle === null || handle === undefined ? undefined : verdicts.get(handleKey(from.actorId, handle));
}
