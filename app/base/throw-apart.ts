/** Nobody's caller is in the way of it: the platform reports it as an unhandled rejection. */
export function throwApart(error: unknown): void {
  void Promise.resolve().then(() => {
    throw error;
  });
}

/** Does it for all, whatever it throws for some. */
export function forEachApart<T>(items: Iterable<T>, work: (item: T) => void): void {
  for (const item of items) {
    try {
      work(item);
    } catch (error) {
      throwApart(error);
    }
  }
}
