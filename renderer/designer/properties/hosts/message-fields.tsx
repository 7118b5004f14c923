import type { ReactElement } from 'react';

import type { FieldType, StructType } from '../../../../app/model/message-type.ts';
import { type Fill, type FillingHost, fillOf } from '../../../../app/model/topology/edit/host-fills.ts';
import { Field, SelectBox } from '../../../ui/field.tsx';
import { fillField } from '../../host-edits.ts';
import { DraftField } from '../draft-field.tsx';
import styles from '../properties.module.css';
import { stateRows } from '../state-rows.ts';
import { distributionWords, drawable, isDistributionKind } from './distributions.ts';
import { DistributionFields } from './distribution-fields.tsx';
import { firstValue, readFixed, templateText } from './fixed-value.ts';
import { useHostProblems } from './use-host-problems.ts';

interface MessageFieldsProps {
  readonly host: FillingHost;
  /** Undefined while it is not known what it sends. */
  readonly message: StructType | undefined;
  readonly isOff: boolean;
}

interface FillRow {
  readonly path: string;
  /** Undefined of a path that only the document knows. */
  readonly type: FieldType | undefined;
  readonly typeName: string;
  readonly doc: string | undefined;
}

/** How each field of its messages is filled. */
export function MessageFields({ host, message, isOff }: MessageFieldsProps): ReactElement {
  const rows = fillRows(host, message);
  const problems = useHostProblems(host.id);
  const problemOf = (path: string): string | undefined =>
    problems.find((problem) => problem.path?.endsWith(`].message.${path}`))?.message;
  return (
    <>
      {rows.map((row) => (
        <FillFields key={row.path} host={host} row={row} problem={problemOf(row.path)} isOff={isOff} />
      ))}
      {message !== undefined && rows.length === 0 && <p className={styles['note']}>{message.name} has no fields.</p>}
    </>
  );
}

function fillRows(host: FillingHost, message: StructType | undefined): readonly FillRow[] {
  const known = message === undefined ? [] : stateRows(message, undefined);
  const leaves = known.filter(({ type }) => type.kind !== 'struct' && type.kind !== 'buffer');
  const paths = new Set(leaves.map(({ path }) => path));
  const drawn = host.host === 'generator' ? Object.keys(host.fields ?? {}) : [];
  const others = drawn.filter((path) => !paths.has(path));
  return [...leaves, ...others.map((path) => ({ path, type: undefined, typeName: '', doc: undefined }))];
}

interface FillFieldsProps {
  readonly host: FillingHost;
  readonly row: FillRow;
  readonly problem: string | undefined;
  readonly isOff: boolean;
}

function FillFields({ host, row, problem, isOff }: FillFieldsProps): ReactElement {
  const { path, type, typeName, doc } = row;
  const fill = fillOf(host, path);
  const write = (next: Fill): void => fillField(host.id, { path, fill: next });
  const current = fill.kind === 'distribution' ? fill.distribution.kind : fill.kind;
  const kinds = host.host === 'generator' ? drawable(type) : [];
  const choose = (value: string): void => {
    if (value === 'default') write({ kind: 'default' });
    else if (value === 'value') write({ kind: 'value', value: firstValue(type) });
    else if (isDistributionKind(value))
      write({ kind: 'distribution', distribution: distributionWords[value].first(type) });
  };
  return (
    <div role="group" aria-label={path} title={doc}>
      <Field label={<span title={`${path}: ${typeName}`}>{path}</span>} error={problem}>
        {(ids) => (
          <SelectBox {...ids} disabled={isOff} value={current} onChange={({ target }) => choose(target.value)}>
            <option value="default">As declared</option>
            {type !== undefined && <option value="value">Always</option>}
            {kinds.map((kind) => (
              <option key={kind} value={kind}>
                {distributionWords[kind].label}
              </option>
            ))}
            {fill.kind === 'distribution' && !kinds.includes(fill.distribution.kind) && (
              <option value={current}>{distributionWords[fill.distribution.kind].label}</option>
            )}
          </SelectBox>
        )}
      </Field>
      {fill.kind === 'value' && type !== undefined && (
        <div className={styles['parameters']}>
          <DraftField
            label="Value"
            value={templateText(fill.value)}
            isOff={isOff}
            check={(text) => readFixed(type, text).error}
            onChange={(text) => write({ kind: 'value', value: readFixed(type, text).value })}
          />
        </div>
      )}
      {fill.kind === 'distribution' && (
        <DistributionFields distribution={fill.distribution} isOff={isOff} onChange={write} />
      )}
    </div>
  );
}
