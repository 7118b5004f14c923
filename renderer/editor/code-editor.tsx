import { useEffect, useRef, type ReactElement } from 'react';

import './monaco.ts';
import { CodeView } from './code-view.ts';
import styles from './editor-panel.module.css';

/** Monaco on one file. React renders it once; everything that moves is Monaco's. */
export default function CodeEditor({ path }: { readonly path: string }): ReactElement {
  const container = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const view = new CodeView(container.current!, path);
    return () => view.dispose();
  }, [path]);
  // React Flow takes the space bar from whatever lacks this class.
  return <div ref={container} className={`${styles['code']} nokey`} />;
}
