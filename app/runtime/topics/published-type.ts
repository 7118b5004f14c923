import { didYouMean } from '../../base/did-you-mean.ts';
import { StudioError } from '../../base/studio-error.ts';
import type { StructType } from '../../model/message-type.ts';
import type { Actor } from '../actor.ts';
import type { TypeRegistry } from '../type-registry.ts';

/**
 * The type that `name` means to the subscribers of a topic (`Reading` also finds `app::Reading`), else to any loaded
 * program; without a name the only type that the subscribers handle.
 *
 * @throws StudioError `UnknownMessageType`, `AmbiguousMessageType`
 */
export function publishedType(
  { topic, name }: { readonly topic: string; readonly name: string | StructType | undefined },
  subscribers: readonly Actor[],
  types: TypeRegistry,
): StructType {
  if (typeof name === 'object') return name;
  const handled = distinct(subscribers.flatMap(({ kernel }) => kernel.handlers.map(({ message }) => message)));
  if (name === undefined) return onlyType(topic, handled);
  const candidates = handled.some((type) => isNamed(type, name)) ? handled : distinct(types.all);
  const matching = candidates.filter((type) => isNamed(type, name));
  const exact = matching.filter((type) => type.name === name);
  const [first, ...others] = exact.length > 0 ? exact : matching;
  if (first === undefined) throw unknownType(name, candidates);
  if (others.length === 0) return first;
  const list = [first, ...others].map((type) => type.name).join(', ');
  throw new StudioError('AmbiguousMessageType', `'${name}' can be several types: ${list}.`, {
    tip: 'Give its full name or the type itself, or declare it once, in a header that all sources include.',
  });
}

function onlyType(topic: string, handled: readonly StructType[]): StructType {
  const [only] = handled;
  if (only !== undefined && handled.length === 1) return only;
  const list = handled.length === 0 ? '' : ` They handle: ${handled.map((type) => type.name).join(', ')}.`;
  const message = `the subscribers of '${topic}' do not say which type is meant: they handle ${handled.length.toString()}.`;
  throw new StudioError('UnknownMessageType', message, { tip: `Name it with 'type'.${list}` });
}

function unknownType(name: string, candidates: readonly StructType[]): StudioError {
  const names = candidates.map((type) => type.name);
  const hint = didYouMean(name, names);
  const list = names.length === 0 ? 'None is loaded.' : `Known: ${names.join(', ')}.`;
  return new StudioError('UnknownMessageType', `no program declares a message '${name}'.`, {
    tip: hint === undefined ? list : `${list} ${hint}`,
  });
}

function isNamed(type: StructType, name: string): boolean {
  return type.name === name || type.name.endsWith(`::${name}`);
}

function distinct(types: readonly StructType[]): readonly StructType[] {
  return [...new Map(types.map((type) => [type.typeId, type])).values()];
}
