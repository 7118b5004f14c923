import type { DeepReadonly } from '../../../base/deep-readonly.ts';
import type { Distribution } from '../distribution.ts';
import type { Topology, TopologyHost } from '../topology.ts';
import { changeHost } from './edit-hosts.ts';

export type FillingHost = Extract<TopologyHost, { host: 'timer' | 'generator' }>;

/** How a timer or a generator fills a field: by the field's initializer, always alike, or anew in each message. */
export type Fill =
  | { readonly kind: 'default' }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'distribution'; readonly distribution: Distribution };

type Fields = DeepReadonly<Record<string, unknown>>;

export function fillOf(host: FillingHost, path: string): Fill {
  const distribution = host.host === 'generator' ? host.fields?.[path] : undefined;
  if (distribution !== undefined) return { kind: 'distribution', distribution };
  const value = path.split('.').reduce<unknown>(memberOf, host.message);
  return value === undefined ? { kind: 'default' } : { kind: 'value', value };
}

export interface FieldFill {
  /** `value`, `place.x` */
  readonly path: string;
  readonly fill: Fill;
}

export function setFill(topology: Topology, id: string, { path, fill }: FieldFill): Topology {
  const host = topology.hosts?.find((entry) => entry.id === id);
  if (host === undefined || !canFill(host)) return topology;
  const message = withMember(host.message ?? {}, path.split('.'), fill.kind === 'value' ? fill.value : undefined);
  const written = { message: orNothing(message) };
  if (host.host === 'timer') return changeHost(topology, id, written);
  const { [path]: _, ...others } = host.fields ?? {};
  const fields = fill.kind === 'distribution' ? { ...others, [path]: fill.distribution } : others;
  return changeHost(topology, id, { ...written, fields: orNothing(fields) });
}

export function canFill(host: TopologyHost): host is FillingHost {
  return host.host === 'timer' || host.host === 'generator';
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields)[name] : undefined;
}

/** `undefined` takes the member away, and structs that it leaves empty. */
function withMember(fields: Fields, [name = '', ...rest]: readonly string[], value: unknown): Fields {
  const { [name]: old, ...others } = fields;
  if (rest.length === 0) return value === undefined ? others : { ...fields, [name]: value };
  const inner = withMember(typeof old === 'object' && old !== null ? (old as Fields) : {}, rest, value);
  return Object.keys(inner).length === 0 ? others : { ...fields, [name]: inner };
}

function orNothing<Part extends object>(part: Part): Part | undefined {
  return Object.keys(part).length === 0 ? undefined : part;
}
