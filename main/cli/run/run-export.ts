import type { DeliveryObserver } from '../../../app/runtime/delivery-observer.ts';
import type { RingKernelRuntime } from '../../../app/runtime/runtime.ts';
import { loadOtlp } from '../../host/otlp/load-otlp.ts';
import type { RunObservation } from '../../host/metrics/host-metrics.ts';
import type { Otlp } from '../../host/otlp/start-otlp.ts';
import type { OtlpTarget } from '../otlp-options.ts';
import type { Terminal } from '../terminal.ts';
import { productVersion } from '../product-version.ts';

interface RunExportOptions {
  readonly target: OtlpTarget;
  /** What the run is called. */
  readonly project: string;
  readonly terminal: Terminal;
}

type StartOtlp = Awaited<ReturnType<typeof loadOtlp>>;

/** OpenTelemetry for one run. Disposed before its runtime, whose last numbers it sends. */
export class RunExport implements AsyncDisposable {
  readonly #otlp: Otlp;
  readonly #run: RunObservation;
  #runtime: RingKernelRuntime | undefined;

  private constructor(start: StartOtlp, { target, project, terminal }: RunExportOptions) {
    const runs = () => Promise.resolve(this.#runtime === undefined ? [] : [{ project, runtime: this.#runtime }]);
    this.#otlp = start({
      ...target,
      version: productVersion(),
      runs,
      onWarning: (message) => terminal.note(`warning: ${message}`),
    });
    this.#run = this.#otlp.observe(project);
  }

  static async start(options: RunExportOptions): Promise<RunExport> {
    return new RunExport(await loadOtlp(), options);
  }

  get observers(): readonly DeliveryObserver[] {
    return this.#run.observers;
  }

  attach(runtime: RingKernelRuntime): void {
    this.#runtime = runtime;
    this.#run.attach(runtime);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#otlp[Symbol.asyncDispose]();
  }
}
