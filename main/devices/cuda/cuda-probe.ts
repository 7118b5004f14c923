import type { CudaFindings } from '../../../app/contract/cuda-findings.ts';
import type { ProbePart, ProbeReports } from '../../../native/bindings/probe-report.ts';
import { describeDriver, describeNvml, describeNvrtc } from './describe-reports.ts';
import { isWsl } from './is-wsl.ts';
import { whyNoCandidates, type LibraryCandidates } from './library-candidates.ts';
import { librariesHere } from './libraries-here.ts';
import { runProbe, type ProbeOutcome } from './run-probe.ts';

export interface CudaProbeOptions {
  /** Path of the bundled probe.process.js. */
  readonly processPath: string;
  /** The package's folder native/. */
  readonly nativeDir: string;
  readonly env: NodeJS.ProcessEnv;
  /** A process that asks for longer is killed. Default 10,000: machines with many GPUs take seconds to wake them. */
  readonly timeLimitMs?: number;
}

interface Answers {
  addon: CudaFindings['addon'];
  readonly reports: Partial<ProbeReports>;
  /** Why a part has no report. */
  readonly reasons: Partial<Record<ProbePart, string>>;
}

const parts: readonly ProbePart[] = ['driver', 'nvrtc', 'nvml'];
const titles: Readonly<Record<ProbePart, string>> = { driver: 'the CUDA driver', nvrtc: 'NVRTC', nvml: 'NVML' };

/**
 * Asks for the driver, NVRTC and NVML in a process of its own, once: whoever asks meanwhile or later gets the same
 * answer. Never rejects.
 */
export class CudaProbe {
  readonly #options: CudaProbeOptions;
  #findings: Promise<CudaFindings> | undefined;

  constructor(options: CudaProbeOptions) {
    this.#options = options;
  }

  findings(): Promise<CudaFindings> {
    return (this.#findings ??= this.#ask());
  }

  /** Where a part ends the process, the parts after it are asked in another one. */
  async #ask(): Promise<CudaFindings> {
    const { processPath, nativeDir, env, timeLimitMs = 10_000 } = this.#options;
    const candidates = librariesHere(env);
    const answers: Answers = { addon: { found: false, reason: 'nothing was asked' }, reports: {}, reasons: {} };
    for (let open = parts; open.length > 0;) {
      const task = { nativeDir, parts: open.map((part) => ({ part, libraries: [...candidates[part]] })) };
      const outcome = await runProbe({ processPath, env, timeLimitMs, task });
      Object.assign(answers.reports, outcome.reports);
      answers.addon = describeAddon(outcome);
      const { unanswered, ending } = outcome;
      const rest = unanswered === undefined ? open : open.slice(0, open.indexOf(unanswered) + 1);
      for (const part of rest.filter((other) => answers.reports[other] === undefined)) {
        answers.reasons[part] = answers.addon.found
          ? `the process that asked ${titles[part]} ${ending}`
          : 'not looked for: the addon, which looks for it, is not there';
      }
      open = open.slice(rest.length);
    }
    return describe(answers, candidates, await isWsl());
  }
}

function describeAddon({ addon, ending }: ProbeOutcome): CudaFindings['addon'] {
  if (addon === undefined) return { found: false, reason: `the process that loads it ${ending}` };
  return 'path' in addon ? { found: true, path: addon.path } : { found: false, reason: addon.reason };
}

function describe(
  { addon, reports, reasons }: Answers,
  candidates: LibraryCandidates,
  isUnderWindows: boolean,
): CudaFindings {
  const absence = (part: ProbePart): { found: false; reason: string } | undefined => {
    const reason = candidates[part].length === 0 ? whyNoCandidates(part, process.platform) : reasons[part];
    return reason === undefined ? undefined : { found: false, reason };
  };
  const noDriver = absence('driver');
  return {
    addon,
    ...(noDriver === undefined
      ? describeDriver(reports.driver!, isUnderWindows)
      : { driver: noDriver, devices: noDriver }),
    nvrtc: absence('nvrtc') ?? describeNvrtc(reports.nvrtc!),
    nvml: absence('nvml') ?? describeNvml(reports.nvml!),
  };
}
