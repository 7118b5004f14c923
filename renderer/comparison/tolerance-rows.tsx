import { Plus, X } from 'lucide-react';
import { useId, type ReactElement } from 'react';

import { Button, IconButton } from '../ui/button.tsx';
import { TextBox } from '../ui/field.tsx';
import {
  addTolerance,
  changeTolerance,
  limitProblem,
  removeTolerance,
  type ToleranceDraft,
  useCompareForm,
} from './compare-form.store.ts';
import styles from './comparison.module.css';
import { useComparison } from './comparison.store.ts';

/** How far floats of which fields may lie apart. What was compared is judged anew as they are typed. */
export function ToleranceRows({ fields }: { readonly fields: readonly string[] }): ReactElement {
  const tolerances = useCompareForm((state) => state.tolerances);
  const judging = useComparison((state) => state.judging);
  const listId = useId();
  return (
    <section className={styles['tolerances']} aria-label="Tolerances">
      <datalist id={listId}>
        {['*', ...fields].map((field) => (
          <option key={field}>{field}</option>
        ))}
      </datalist>
      <span className={styles['label']}>{tolerances.length === 0 ? 'Floats must be equal' : 'Tolerances'}</span>
      {tolerances.map((tolerance) => (
        <ToleranceRow key={tolerance.id} tolerance={tolerance} listId={listId} />
      ))}
      <Button
        look="quiet"
        icon={<Plus size={12} aria-hidden />}
        onClick={() => addTolerance({ field: '', absolute: '', relative: '' })}
      >
        Add a tolerance
      </Button>
      {judging !== undefined && (
        <p className={styles['problem']} role="alert">
          Not applied: {judging.message} {judging.tip}
        </p>
      )}
    </section>
  );
}

interface ToleranceRowProps {
  readonly tolerance: ToleranceDraft;
  readonly listId: string;
}

function ToleranceRow({ tolerance, listId }: ToleranceRowProps): ReactElement {
  const { id, field, absolute, relative } = tolerance;
  const name = field === '' ? 'a new tolerance' : field;
  const limit = (kind: 'absolute' | 'relative', value: string): ReactElement => {
    const problem = limitProblem(value);
    return (
      <TextBox
        className={styles['limit']}
        unit={kind === 'absolute' ? 'abs' : 'rel'}
        aria-label={kind === 'absolute' ? `Largest |CPU − GPU| of ${name}` : `Largest relative difference of ${name}`}
        placeholder="0"
        inputMode="decimal"
        value={value}
        {...(problem !== undefined && { 'aria-invalid': true, title: problem })}
        onChange={({ target }) => changeTolerance(id, { [kind]: target.value })}
      />
    );
  };
  return (
    <span className={styles['tolerance']} role="group" aria-label={`Tolerance of ${name}`}>
      <TextBox
        className={styles['field']}
        aria-label="Field, * for all"
        placeholder="field"
        list={listId}
        value={field}
        onChange={({ target }) => changeTolerance(id, { field: target.value })}
      />
      {limit('absolute', absolute)}
      {limit('relative', relative)}
      <IconButton
        label={`Remove the tolerance of ${name}`}
        icon={<X size={12} />}
        onClick={() => removeTolerance(id)}
      />
    </span>
  );
}
