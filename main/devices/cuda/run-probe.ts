import { spawn } from 'node:child_process';
import type { ProbePart, ProbeReports } from '../../../native/bindings/probe-report.ts';
import { describeExit, quoteLast } from './process-end.ts';
import { probeMessage, type ProbeTask } from './probe-messages.ts';

export interface ProbeRun {
  /** Path of the bundled probe.process.js. */
  readonly processPath: string;
  readonly env: NodeJS.ProcessEnv;
  readonly timeLimitMs: number;
  readonly task: ProbeTask;
}

export interface ProbeOutcome {
  readonly addon: { readonly path: string } | { readonly reason: string } | undefined;
  readonly reports: Partial<ProbeReports>;
  /** The part that was being asked when the process ended. */
  readonly unanswered: ProbePart | undefined;
  /** How it ended, as in `was ended by SIGSEGV`; with what else it printed. */
  readonly ending: string;
}

/** More than all reports together; what exceeds it is not read. */
const maxOutputLength = 1_048_576;
/** A process that the driver has started may keep the output open. */
const closeGraceMs = 1_000;

/** Runs the probe's process once. Never rejects: how the process ended is part of what was found out. */
export async function runProbe({ processPath, env, timeLimitMs, task }: ProbeRun): Promise<ProbeOutcome> {
  const child = spawn(process.execPath, [processPath, JSON.stringify(task)], {
    // In Electron's processes the executable is Electron, which this makes act as Node.
    env: { ...env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (stdout.length < maxOutputLength) stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-2_000);
  });
  let isOverdue = false;
  const limit = setTimeout(() => {
    isOverdue = true;
    child.kill('SIGKILL');
  }, timeLimitMs);
  const ending = await new Promise<string>((resolve) => {
    let how = '';
    child.on('error', (error) => resolve(`could not be started: ${error.message}`));
    child.on('exit', (code, signal) => {
      how = isOverdue ? `did not answer within ${timeLimitMs / 1000} s` : describeExit(code, signal);
      setTimeout(resolve, closeGraceMs, how).unref();
    });
    child.on('close', () => resolve(how));
  });
  clearTimeout(limit);
  return readOutput(stdout, stderr, ending);
}

function readOutput(stdout: string, stderr: string, ending: string): ProbeOutcome {
  let addon: ProbeOutcome['addon'];
  let unanswered: ProbePart | undefined;
  let reports: Partial<ProbeReports> = {};
  const strayLines: string[] = [];
  for (const line of stdout.split('\n').filter((text) => text.trim() !== '')) {
    const message = readMessage(line);
    switch (message?.kind) {
      case undefined:
        strayLines.push(line);
        break;
      case 'addon':
        addon = { path: message.path };
        break;
      case 'no-addon':
        addon = { reason: message.reason };
        break;
      case 'asking':
        unanswered = message.part;
        break;
      case 'driver':
      case 'nvrtc':
      case 'nvml':
        reports = { ...reports, [message.kind]: message.report };
        unanswered = undefined;
    }
  }
  const quoted = quoteLast([...strayLines, ...stderr.split('\n')]);
  return { addon, reports, unanswered, ending: quoted === '' ? ending : `${ending}; it printed: ${quoted}` };
}

/** A library may print what it likes between the messages. */
function readMessage(line: string): ReturnType<typeof probeMessage.parse> | undefined {
  try {
    return probeMessage.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
