import { useEffect, useState } from 'react';

/** What a query answers, asked once when the component appears; undefined before that and while it cannot be had. */
export function useQueryOnce<T>(ask: () => Promise<T>): T | undefined {
  const [answer, setAnswer] = useState<T>();
  useEffect(() => {
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
    // eslint-disable-next-line react-hooks/exhaustive-deps -- asked once, whatever the caller passes later
  }, []);
  return answer;
}
