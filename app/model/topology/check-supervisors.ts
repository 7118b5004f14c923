import { suggestion } from '../../base/did-you-mean.ts';
import type { Problem } from '../../base/studio-error.ts';
import type { Topology } from './topology.ts';

type Supervisors = NonNullable<Topology['supervisors']>;
type Details = Pick<Problem, 'code' | 'message' | 'tip'>;

/** Whether supervisors form trees: each child is there and has one supervisor, none watches itself in the end. */
export function checkSupervisors({ actors, hosts = [], supervisors = [] }: Topology): Problem[] {
  const ids = new Set([...actors, ...supervisors].map(({ id }) => id));
  const taken = new Set([...actors, ...hosts].map(({ id }) => id));
  return [
    ...supervisors.flatMap((_, index) => duplicateId(index, supervisors, taken)),
    ...supervisors.flatMap(({ children }, index) =>
      children.flatMap((child, place) => checkChild(child, { at: { index, place }, supervisors, ids })),
    ),
    ...cycles(supervisors),
    ...supervisors.flatMap(({ id, backoff }, index) => {
      const { minMs, maxMs } = backoff ?? {};
      const firstMs = minMs ?? 100;
      if (maxMs === undefined || firstMs <= maxMs) return [];
      const message = `The backoff of '${id}' begins with ${firstMs} ms, which is more than its most, ${maxMs} ms.`;
      return [error(`supervisors[${index}].backoff`, { code: 'out-of-range', message })];
    }),
  ];
}

/** Inner supervisors before those that watch them. The document is valid. */
export function innermostFirst(supervisors: Supervisors): Supervisors {
  const byId = new Map(supervisors.map((supervisor) => [supervisor.id, supervisor]));
  const ordered = new Set<Supervisors[number]>();
  const visit = (supervisor: Supervisors[number]): void => {
    for (const child of supervisor.children) {
      const inner = byId.get(child);
      if (inner !== undefined) visit(inner);
    }
    ordered.add(supervisor);
  };
  for (const supervisor of supervisors) visit(supervisor);
  return [...ordered];
}

function duplicateId(index: number, supervisors: Supervisors, actorIds: ReadonlySet<string>): Problem[] {
  const { id } = supervisors[index]!;
  const first = supervisors.findIndex((supervisor) => supervisor.id === id);
  if (first === index && !actorIds.has(id)) return [];
  const who = first === index ? `an actor` : `supervisors[${first}]`;
  const details = { code: 'duplicate-id', message: `The id '${id}' is already taken by ${who}.` };
  return [error(`supervisors[${index}].id`, { ...details, tip: 'Give each supervisor an id of its own.' })];
}

interface ChildPlace {
  readonly at: { readonly index: number; readonly place: number };
  readonly supervisors: Supervisors;
  readonly ids: ReadonlySet<string>;
}

function checkChild(child: string, { at: { index, place }, supervisors, ids }: ChildPlace): Problem[] {
  const path = `supervisors[${index}].children[${place}]`;
  if (!ids.has(child)) {
    const message = `There is no actor and no supervisor '${child}'.`;
    return [error(path, { code: 'unknown-child', message, ...suggestion(child, [...ids]) })];
  }
  const parents = supervisors.flatMap(({ id, children }) => children.filter((other) => other === child).map(() => id));
  const first = supervisors.findIndex(({ children }) => children.includes(child));
  const isFirst = first === index && supervisors[index]!.children.indexOf(child) === place;
  if (isFirst || parents.length === 1) return [];
  const message = `'${child}' is a child of '${parents[0] ?? ''}' already.`;
  return [error(path, { code: 'duplicate-child', message, tip: 'Each has one supervisor: remove it here or there.' })];
}

function cycles(supervisors: Supervisors): Problem[] {
  const childrenOf = new Map(supervisors.map(({ id, children }) => [id, children]));
  const named = new Set<string>();
  return supervisors.flatMap(({ id }, index) => {
    const way = named.has(id) ? undefined : wayBack(id, childrenOf);
    if (way === undefined) return [];
    for (const step of way) named.add(step);
    const text = [id, ...way].map((step) => `'${step}'`).join(' → ');
    const tip = 'Supervisors form trees: let none watch one that is above it.';
    return [error(`supervisors[${index}]`, { code: 'supervision-cycle', message: `${text} watch each other.`, tip })];
  });
}

/** From a supervisor down to itself, if there is such a way. */
function wayBack(id: string, childrenOf: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const ways = new Map<string, readonly string[]>([[id, []]]);
  for (const [at, way] of ways) {
    for (const child of childrenOf.get(at) ?? []) {
      if (child === id) return [...way, child];
      if (!ways.has(child)) ways.set(child, [...way, child]);
    }
  }
  return undefined;
}

function error(path: string, details: Details): Problem {
  return { severity: 'error', path, ...details };
}
