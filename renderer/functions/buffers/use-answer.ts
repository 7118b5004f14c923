import { useEffect, useState } from 'react';

import { type Failure, toFailure } from '../../bridge/failure.ts';
import { useConnection } from '../../stores/connection.store.ts';
import { refreshLaunches } from '../launches.store.ts';

export interface Answer<T> {
  /** Of an earlier question while the answer to this one is awaited. */
  readonly value: T | undefined;
  readonly failure: Failure | undefined;
}

interface Told<T> extends Answer<T> {
  readonly key: string;
}

/** What the host answers to a question about a buffer, asked anew for each `key`; undefined asks nothing. */
export function useAnswer<T>(key: string | undefined, ask: () => Promise<T>): Answer<T> {
  const [told, setTold] = useState<Told<T>>();
  const status = useConnection((state) => state.status);
  const isTold = told?.key === key && told?.failure === undefined;
  useEffect(() => {
    if (key === undefined || isTold || status !== 'open') return undefined;
    let isWanted = true;
    ask().then(
      (value) => {
        if (isWanted) setTold({ key, value, failure: undefined });
      },
      (error: unknown) => {
        const failure = toFailure(error);
        if (failure.code === 'LaunchGone') void refreshLaunches();
        if (isWanted) setTold((before) => ({ key, value: before?.value, failure }));
      },
    );
    return () => {
      isWanted = false;
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the key says all that the question depends on
  }, [key, status]);
  return { value: told?.value, failure: told?.key === key ? told?.failure : undefined };
}
