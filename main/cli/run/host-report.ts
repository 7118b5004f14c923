import type { HostActor } from '../../../app/runtime/host-actors/host-actor.ts';
import type { RingKernelRuntime } from '../../../app/runtime/runtime.ts';
import type { Terminal } from '../terminal.ts';

/** Tells what host actors have to say while they run, and what became of them. */
export class HostReport implements Disposable {
  readonly #runtime: RingKernelRuntime;
  readonly #terminal: Terminal;
  readonly #subscriptions: Disposable[] = [];
  failed = 0;

  constructor(runtime: RingKernelRuntime, terminal: Terminal) {
    this.#runtime = runtime;
    this.#terminal = terminal;
  }

  [Symbol.dispose](): void {
    for (const subscription of this.#subscriptions) subscription[Symbol.dispose]();
  }

  watch(hosts: Iterable<HostActor>): void {
    for (const host of hosts) {
      if (host.state === 'failed') this.#tellFailure(host);
      this.#subscriptions.push(
        host.onDidReport.on((text) => {
          this.#terminal.note(JSON.stringify({ host: host.name, note: text }));
        }),
        host.onDidChangeState.on((state) => {
          if (state === 'failed') this.#tellFailure(host);
        }),
      );
    }
  }

  #tellFailure({ name, error }: HostActor): void {
    this.failed++;
    this.#terminal.note(JSON.stringify({ failed: name, cause: error?.code, detail: error?.message, tip: error?.tip }));
  }
}
