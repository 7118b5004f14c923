import { useState, type ReactElement } from 'react';

import type { DimLimits, DimSpec } from '../../../app/model/dim3.ts';
import { Field, TextBox } from '../../ui/field.tsx';
import { meaningOf, textsOf, type DimSources, type DimTexts } from './dim-draft.ts';
import styles from './dim-field.module.css';

interface DimFieldProps extends DimSources {
  readonly label: string;
  readonly limits: DimLimits;
  /** Under the boxes while nothing is wrong. */
  readonly note: string | undefined;
  readonly isOff: boolean;
  /** Why a size within the limits cannot be. */
  readonly check?: (dim: DimSpec) => string | undefined;
  /** Undefined when the boxes were emptied. */
  readonly onChange: (dim: DimSpec | undefined) => void;
}

const axes = ['x', 'y', 'z'] as const;

/**
 * A size in up to three dimensions, in three small boxes. It is written by Enter, or by leaving a box; what cannot be stays
 * there with the reason under it, and is not written; Esc takes it back.
 */
export function DimField({ label, own, inherited, limits, note, isOff, check, onChange }: DimFieldProps): ReactElement {
  const [typed, setTyped] = useState<DimTexts>();
  const written = textsOf(own);
  const texts = typed ?? written;
  const meaning = meaningOf(trimmed(texts), { own, inherited }, limits);
  const problem = 'problem' in meaning ? meaning.problem : problemOf(meaning.dim, check);
  const commit = (): void => {
    if (typed === undefined || problem !== undefined || 'problem' in meaning) return;
    setTyped(undefined);
    if (textsOf(meaning.dim).join() !== written.join()) onChange(meaning.dim);
  };
  return (
    <Field label={label} error={typed === undefined ? undefined : problem} note={note}>
      {({ id, ...described }) => (
        <span role="group" aria-label={label} className={styles['boxes']}>
          {axes.map((axis, index) => (
            <TextBox
              key={axis}
              {...described}
              id={index === 0 ? id : undefined}
              aria-label={`${label} ${axis}`}
              title={axis}
              inputMode="numeric"
              disabled={isOff}
              placeholder={placeholderOf({ own, inherited }, index)}
              value={texts[index]}
              onChange={(event) => setTyped(withText(texts, index, event.target.value))}
              onBlur={commit}
              onKeyDown={(event) => {
                if (event.key === 'Enter') commit();
                if (event.key === 'Escape') setTyped(undefined);
              }}
            />
          ))}
        </span>
      )}
    </Field>
  );
}

function problemOf(dim: DimSpec | undefined, check: DimFieldProps['check']): string | undefined {
  return dim === undefined ? undefined : check?.(dim);
}

function placeholderOf({ own, inherited }: DimSources, axis: number): string {
  if (own !== undefined) return '1';
  return inherited?.[axis]?.toString() ?? '…';
}

function withText(texts: DimTexts, index: number, text: string): DimTexts {
  const [x, y, z] = texts.map((old, axis) => (axis === index ? text : old));
  return [x!, y!, z!];
}

function trimmed([x, y, z]: DimTexts): DimTexts {
  return [x.trim(), y.trim(), z.trim()];
}
