import type { ReactElement } from 'react';

import { useTypeHues } from '../stores/type-hues.ts';

/** The hue of a message type; its name is always near. */
export function TypeDot({ type }: { readonly type: string | null }): ReactElement {
  const hue = useTypeHues().get(type ?? '');
  const background = hue === undefined ? 'var(--text-3)' : `var(--ty-${hue})`;
  return <i aria-hidden style={{ width: 8, height: 8, borderRadius: '50%', flex: 'none', background }} />;
}
