import { StudioError } from '../../../app/base/studio-error.ts';
import { AddonError } from '../../../native/bindings/addon-error.ts';
import { explainContextLoss } from './context-loss.ts';

/** What was to be launched. */
interface Refused {
  /** `function 'fill'` */
  readonly what: string;
  /** The GPU's name. */
  readonly gpu: string;
  readonly blockThreads: number;
  readonly function: { readonly maxThreadsPerBlock: number; readonly registerCount: number };
  /** Names in modules, with those in the source. Kernels of actors are known anyway. */
  readonly names?: ReadonlyMap<string, string>;
}

/** What can be done about the driver's own codes, which are not mistakes of ours. */
const OUT_OF_MEMORY = 2;
const TOO_MANY_RESOURCES = 701;
const TOO_LARGE_TOGETHER = 720;

/** What the addon or the driver says of a launch, as an error of whoever asked for it; a fault of ours stays what it is. */
export function launchRefusal(error: unknown, refused: Refused): unknown {
  if (!(error instanceof AddonError)) return error;
  const { what, gpu } = refused;
  const why = inSourceNames(error.detail === '' ? error.message : error.detail, refused.names);
  const told = (code: string, message: string, tip: string): StudioError =>
    new StudioError(code, `${gpu}: ${message}`, { tip, cause: error });
  if (error.class === 'fatal') {
    const tip = 'A new process gets the GPU back: start again.';
    return told('DeviceLost', `${what} was not launched: ${explainContextLoss(error).detail}.`, tip);
  }
  switch (error.code ?? error.name) {
    case 'RING_OUT_OF_RANGE':
      return tooManyThreads(refused, told) ?? error;
    case 'RING_DOES_NOT_FIT':
    case TOO_MANY_RESOURCES:
    case TOO_LARGE_TOGETHER:
      return told(
        'DoesNotFit',
        `there is no room for ${what}: ${why}`,
        'Use fewer or smaller blocks, or less shared memory.',
      );
    case 'RING_NO_STREAM':
      return told(
        'DoesNotFit',
        `${what} was not launched: ${why}.`,
        'Set CUDA_DEVICE_MAX_CONNECTIONS=32 before the start, use fewer kernels, or launch when others have ended.',
      );
    case 'RING_NOT_COOPERATIVE':
      return told('InvalidLaunch', `${what} was to be launched cooperatively: ${why}.`, 'Run it on the CPU device.');
    case 'RING_RESIDENT':
      return told('DeviceBusy', `${what} was not launched: ${why}.`, 'Try again, or stop the actors of the GPU first.');
    case OUT_OF_MEMORY:
      return told(
        'OutOfMemory',
        `there is no memory left to launch ${what}: ${error.name}.`,
        'Other programs may use the GPU, which nvidia-smi shows; else use smaller blocks, or fewer local variables.',
      );
    default:
      return error;
  }
}

function tooManyThreads(
  { what, blockThreads, function: { maxThreadsPerBlock: most, registerCount } }: Refused,
  told: (code: string, message: string, tip: string) => StudioError,
): StudioError | undefined {
  if (blockThreads <= most) return undefined;
  const by = `by the ${registerCount.toString()} registers of each of its threads, or by its launch bounds`;
  return told(
    'InvalidLaunch',
    `a block of ${what} has at most ${most.toString()} threads, ${by}, and ${blockThreads.toString()} were asked for.`,
    `Use a smaller block, or declare it with __launch_bounds__(${blockThreads.toString()}).`,
  );
}

/** `_Z4fillPi` is `fill`, `ring_run_sink` is `sink`. */
function inSourceNames(text: string, names: ReadonlyMap<string, string> = new Map()): string {
  return text.replaceAll(/\w+/g, (word) => names.get(word) ?? word.replace(/^ring_run_/, ''));
}
