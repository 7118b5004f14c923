/** A way to send a message that comes back. */
export interface Echo {
  readonly send: () => void;
  /** Calls `listener` for every message that is back, and nobody else any more. */
  readonly onBack: (listener: () => void) => void;
}

/** Messages a second there and back over `durationMs`, with `inFlight` of them under way. */
export async function echoRate({ send, onBack }: Echo, durationMs: number, inFlight: number): Promise<number> {
  const startedAt = performance.now();
  let received = 0;
  await new Promise<void>((resolve) => {
    let sent = inFlight;
    onBack(() => {
      received++;
      if (received === sent) resolve();
      else if (performance.now() - startedAt < durationMs) {
        sent++;
        send();
      }
    });
    for (let i = 0; i < inFlight; i++) send();
  });
  return (received / (performance.now() - startedAt)) * 1000;
}
