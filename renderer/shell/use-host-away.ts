import { useEffect, useState } from 'react';

import { useConnection } from '../stores/connection.store.ts';

/** What takes less is not worth a word. */
export const SLOW_MS = 1000;

/** True once the component has been there for so long. */
export function useLasts(ms: number): boolean {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return isLong;
}

/** The host does not answer: the connection was lost, or none has come about for a while. */
export function useIsHostAway(): boolean {
  const status = useConnection((state) => state.status);
  const isSlow = useLasts(SLOW_MS);
  return status === 'lost' || (status === 'connecting' && isSlow);
}
