import { X } from 'lucide-react';
import type { ReactElement } from 'react';

import { useToasts, type Toast } from '../stores/toasts.store.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { StateGlyph, type VisibleState } from '../ui/state-glyph.tsx';
import styles from './toasts.module.css';

const glyphs: Readonly<Record<Toast['severity'], VisibleState>> = { info: 'ok', warning: 'warning', error: 'faulted' };

export function Toasts(): ReactElement {
  const toasts = useToasts((state) => state.toasts);
  return (
    <div className={styles['toasts']} role="region" aria-label="Notifications" aria-live="polite">
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastCard({ toast: { id, severity, title, detail, action } }: { readonly toast: Toast }): ReactElement {
  const close = useToasts((state) => state.close);
  return (
    <div className={styles['toast']} role={severity === 'error' ? 'alert' : 'status'}>
      <StateGlyph state={glyphs[severity]} />
      <div className={styles['text']}>
        <p className={styles['title']}>{title}</p>
        {detail !== undefined && <p className={styles['detail']}>{detail}</p>}
      </div>
      {action !== undefined && (
        <Button
          onClick={() => {
            close(id);
            action.run();
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton label="Close" icon={<X size={14} strokeWidth={1.35} />} onClick={() => close(id)} />
    </div>
  );
}
