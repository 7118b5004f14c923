import { didYouMean } from '../base/did-you-mean.ts';
import { StudioError } from '../base/studio-error.ts';
import type { StructType } from '../model/message-type.ts';
import type { KernelInfo } from '../model/program.ts';

/**
 * The message type that `name` means to an actor (`Reading` also finds `app::Reading`), or the only one that it handles.
 *
 * @throws StudioError `UnknownMessageType`
 */
export function handledType(actor: string, kernel: KernelInfo, name: string | undefined): StructType {
  const types = kernel.handlers.map(({ message }) => message);
  const known = types.map((type) => type.name);
  const list = known.length === 0 ? 'It handles no messages.' : `It handles: ${known.join(', ')}.`;
  if (name === undefined) {
    const [only] = types;
    if (only !== undefined && types.length === 1) return only;
    const message = `actor '${actor}' handles ${types.length.toString()} message types: say which.`;
    throw new StudioError('UnknownMessageType', message, { tip: list });
  }
  const found = types.find((type) => type.name === name) ?? types.find((type) => type.name.endsWith(`::${name}`));
  if (found !== undefined) return found;
  const hint = didYouMean(name, known);
  const tip = hint === undefined ? list : `${list} ${hint}`;
  throw new StudioError('UnknownMessageType', `actor '${actor}' handles no message '${name}'.`, { tip });
}
