import type { TopologySupervisor } from '../topology.ts';

type Supervisors = readonly TopologySupervisor[];

/** Without some children. A supervisor that has none left goes too, since the file format knows none without. */
export function withoutChildren(supervisors: Supervisors, gone: ReadonlySet<string>): Supervisors {
  return withoutEmpty(
    supervisors.map((supervisor) => ({
      ...supervisor,
      children: supervisor.children.filter((child) => !gone.has(child)),
    })),
  );
}

/** Without those that have no children, and those that have none for lack of these. */
export function withoutEmpty(supervisors: Supervisors): Supervisors {
  const emptied = new Set(supervisors.filter(({ children }) => children.length === 0).map(({ id }) => id));
  if (emptied.size === 0) return supervisors;
  return withoutChildren(
    supervisors.filter(({ id }) => !emptied.has(id)),
    emptied,
  );
}
