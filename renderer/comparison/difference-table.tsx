import { X } from 'lucide-react';
import { useMemo, useState, type ReactElement } from 'react';

import type { ComparisonView } from '../../app/contract/comparison.ts';
import type { Difference } from '../../app/model/comparison/difference-list.ts';
import { shortMessage } from '../../app/model/message-form/short-message.ts';
import type { Json } from '../../app/model/message-type.ts';
import { useSelection } from '../stores/selection.store.ts';
import { useTopology } from '../stores/topology.store.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { formatCount } from '../ui/format.ts';
import { JsonTree } from '../ui/json-tree.tsx';
import { RowList } from '../ui/row-list.tsx';
import { allow } from './compare-form.store.ts';
import styles from './comparison.module.css';
import { useComparison } from './comparison.store.ts';
import { actorOf, distanceText, limitFor, tolerableField, whatText, whereText } from './difference-words.ts';

interface Row {
  readonly seq: number;
  readonly difference: Difference;
}

/** The differences that are listed, in the order of what they are about, and the chosen one in full. */
export function DifferenceTable({ view }: { readonly view: ComparisonView }): ReactElement {
  const { listed, total } = view.comparison;
  const selected = useComparison((state) => state.selected);
  const [isFollowing, setIsFollowing] = useState(false);
  const rows = useMemo(() => listed.map((difference, seq): Row => ({ seq, difference })), [listed]);
  const row = selected === undefined ? undefined : rows[selected];
  return (
    <>
      {listed.length < total && (
        <p className={styles['more']}>
          The first {formatCount(listed.length)} of {formatCount(total)} differences are listed, up to 100 of a field.
        </p>
      )}
      <div className={styles['split']}>
        <div className={styles['table']}>
          <div className={`${styles['cells']} ${styles['head']}`} aria-hidden>
            {['Where', 'Field', 'CPU', 'GPU', '|CPU − GPU|', 'Relative'].map((word) => (
              <span key={word}>{word}</span>
            ))}
          </div>
          <RowList
            label="Differences"
            rows={rows}
            seqOf={seqOf}
            selected={row?.seq}
            onSelect={(seq) => select(seq, rows)}
            isFollowing={isFollowing}
            onFollow={setIsFollowing}
            rowClassName={styles['cells']}
          >
            {({ difference }) => <Cells difference={difference} />}
          </RowList>
        </div>
        {row !== undefined && <Detail view={view} difference={row.difference} />}
      </div>
    </>
  );
}

function seqOf({ seq }: Row): number {
  return seq;
}

/** The actor is selected everywhere. */
function select(seq: number, rows: readonly Row[]): void {
  useComparison.setState({ selected: seq });
  const place = rows[seq]?.difference.place;
  const actor = place && actorOf(place);
  const isThere = useTopology.getState().topology?.actors.some(({ id }) => id === actor) === true;
  if (actor !== undefined && isThere) useSelection.getState().select([actor]);
}

function Cells({
  difference: { place, values, absolute, relative },
}: {
  readonly difference: Difference;
}): ReactElement {
  return (
    <>
      <span className={styles['where']} title={whereText(place)}>
        {whereText(place)}
      </span>
      <span title={whatText(place)}>{whatText(place)}</span>
      <Value value={values[0]} />
      <Value value={values[1]} />
      <span className={styles['number']}>{distanceText(absolute)}</span>
      <span className={styles['number']}>{distanceText(relative)}</span>
    </>
  );
}

function Value({ value }: { readonly value: Json }): ReactElement {
  const text = valueText(value);
  const look = value === null ? styles['aside'] : styles['value'];
  return (
    <span className={look} title={text}>
      {text}
    </span>
  );
}

function valueText(value: Json): string {
  if (value === null) return 'nothing';
  return typeof value === 'object' ? shortMessage(value) : String(value);
}

interface DetailProps {
  readonly view: ComparisonView;
  readonly difference: Difference;
}

function Detail({ view, difference }: DetailProps): ReactElement {
  const { place, values, absolute } = difference;
  const field = absolute === undefined ? undefined : tolerableField(place, view.floatFields);
  const limit = field === undefined ? '' : limitFor(field, view.comparison.listed);
  return (
    <aside className={styles['detail']} aria-label="Difference">
      <h3>
        <span className={styles['grow']}>{whereText(place)}</span>
        <IconButton
          label="Close"
          icon={<X size={12} />}
          onClick={() => useComparison.setState({ selected: undefined })}
        />
      </h3>
      <p className={styles['aside']}>{whatText(place)}</p>
      {field !== undefined && (
        <p>
          <Button onClick={() => allow(field, limit)}>
            Allow {field} to differ by {limit}
          </Button>
        </p>
      )}
      <h4>CPU</h4>
      <JsonTree value={values[0]} label="On the CPU" />
      <h4>GPU</h4>
      <JsonTree value={values[1]} label="On the GPU" />
    </aside>
  );
}
