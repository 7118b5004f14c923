import type { ReactElement } from 'react';

import { decodeUtf8, toBase64 } from '../../../app/model/codec/utf8.ts';
import { textBytes } from '../../../app/model/message-form/form-json.ts';
import type { FormText } from '../../../app/model/message-form/form-value.ts';
import { formatCount } from '../../ui/format.ts';
import { FieldRow } from './field-row.tsx';
import styles from './form.module.css';
import type { FieldProps } from './form-context.ts';

/** A `ring::text` or an array of char: its text, the bytes it takes, and base64 for bytes that are not UTF-8. */
export function TextField(props: FieldProps<'text' | 'array'> & { readonly value: FormText }): ReactElement {
  const { type, value, onChange, ...row } = props;
  const capacity = type.kind === 'text' ? type.capacity : type.length;
  const taken = textBytes(value)?.length;
  const rows = Math.min(6, value.text.split('\n').length);
  return (
    <FieldRow type={type} {...row}>
      {(ids) => (
        <span className={styles['text']}>
          <textarea
            {...ids}
            rows={rows}
            value={value.text}
            spellCheck={false}
            className={value.encoding === 'base64' ? 'mono' : undefined}
            onChange={({ target }) => onChange({ ...value, text: target.value })}
          />
          <span className={styles['textFoot']}>
            <span>
              {taken === undefined ? 'no data' : formatCount(taken)} / {formatCount(capacity)} B
            </span>
            {type.kind === 'text' && <EncodingButton value={value} onChange={onChange} />}
          </span>
        </span>
      )}
    </FieldRow>
  );
}

interface EncodingButtonProps {
  readonly value: FormText;
  readonly onChange: (value: FormText) => void;
}

function EncodingButton({ value, onChange }: EncodingButtonProps): ReactElement {
  const isBase64 = value.encoding === 'base64';
  const bytes = textBytes(value);
  const asText = bytes === undefined ? undefined : isBase64 ? decodeUtf8(bytes) : toBase64(bytes);
  const reason = isBase64 ? 'These bytes are not UTF-8' : 'Not before the text is complete';
  return (
    <button
      type="button"
      aria-pressed={isBase64}
      className={styles['link']}
      disabled={asText === undefined}
      title={asText === undefined ? reason : isBase64 ? 'Show as text' : 'Show as base64, for bytes that are not UTF-8'}
      onClick={() =>
        asText !== undefined && onChange({ kind: 'text', encoding: isBase64 ? 'utf8' : 'base64', text: asText })
      }
    >
      base64
    </button>
  );
}
