import type { ReactElement } from 'react';

import type { StructType } from '../../../../app/model/message-type.ts';
import { type Fill, type FillingHost, fillOf } from '../../../../app/model/topology/edit/host-fills.ts';
import { Button } from '../../../ui/button.tsx';
import { Field, SelectBox } from '../../../ui/field.tsx';
import { fillField } from '../../host-edits.ts';
import { DraftField } from '../draft-field.tsx';
import styles from '../properties.module.css';
import { distributionWords, drawable, isDistributionKind } from './distributions.ts';
import { DistributionFields } from './distribution-fields.tsx';
import { fillProblem, type FillRow, fillRows } from './fill-rows.ts';
import { firstValue, readFixed, templateText } from './fixed-value.ts';
import { useHostProblems } from './use-host-problems.ts';

interface MessageFieldsProps {
  readonly host: FillingHost;
  /** Undefined while it is not known what it sends. */
  readonly message: StructType | undefined;
  readonly isOff: boolean;
}

/** How each field of its messages is filled. */
export function MessageFields({ host, message, isOff }: MessageFieldsProps): ReactElement {
  const rows = fillRows(host, message);
  const problems = useHostProblems(host.id);
  return (
    <>
      {rows.map((row) => (
        <FillFields key={row.path} host={host} row={row} problem={fillProblem(problems, row.path)} isOff={isOff} />
      ))}
      {message !== undefined && rows.length === 0 && <p className={styles['note']}>{message.name} has no fields.</p>}
    </>
  );
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
  if (type === undefined) return <StrangerField {...{ path, fill, problem, isOff }} onChange={write} />;
  return (
    <div role="group" aria-label={path} title={doc}>
      <Field label={<span title={`${path}: ${typeName}`}>{path}</span>} error={problem}>
        {(ids) => (
          <SelectBox {...ids} disabled={isOff} value={current} onChange={({ target }) => choose(target.value)}>
            <option value="default">As declared</option>
            <option value="value">Always</option>
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
      {fill.kind === 'value' && (
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

interface StrangerFieldProps extends Pick<FillFieldsProps, 'problem' | 'isOff'> {
  readonly path: string;
  readonly fill: Fill;
  readonly onChange: (fill: Fill) => void;
}

/** What the document fills and is no field of the message, or an element of one: it can go. */
function StrangerField({ path, fill, problem, isOff, onChange }: StrangerFieldProps): ReactElement {
  return (
    <div role="group" aria-label={path}>
      <Field label={<span title={path}>{path}</span>} error={problem}>
        {(ids) => (
          <Button {...ids} aria-label={`Remove ${path}`} disabled={isOff} onClick={() => onChange({ kind: 'default' })}>
            Remove
          </Button>
        )}
      </Field>
      {fill.kind === 'value' && (
        <div className={styles['row']}>
          Always <span className={`${styles['end']} ${styles['code']}`}>{templateText(fill.value)}</span>
        </div>
      )}
      {fill.kind === 'distribution' && <DistributionFields {...{ distribution: fill.distribution, isOff, onChange }} />}
    </div>
  );
}
