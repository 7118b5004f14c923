import { useEffect, useState } from 'react';

import { useConnection } from '../stores/connection.store.ts';

/**
 * What a query answers, asked when the component appears, and again with each new connection until there is an answer;
 * undefined before that.
 */
export function useQueryOnce<T>(ask: () => Promise<T>): T | undefined {
  const [answer, setAnswer] = useState<T>();
  const status = useConnection((state) => state.status);
  const isAnswered = answer !== undefined;
  useEffect(() => {
    if (isAnswered || status !== 'open') return undefined;
    let isWanted = true;
    ask().then(
      (value) => {
        if (isWanted) setAnswer(value);
      },
      () => undefined, // the connection's own message says why
    );
    return () => {
      isWanted = false;
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- whatever the caller passes later
  }, [status, isAnswered]);
  return answer;
}
