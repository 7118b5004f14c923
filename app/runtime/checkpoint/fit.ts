import type { Problem } from '../../base/studio-error.ts';
import type { Actor } from '../actor.ts';
import type { ChannelState } from '../channels.ts';
import type { ActorRecord, CheckpointHeader } from './checkpoint-header.ts';

/** Why the launched actors are not those of the checkpoint, or are not at rest and empty. */
export function fitProblems(
  { actors: records }: CheckpointHeader,
  actors: readonly Actor[],
  channels: readonly ChannelState[],
): readonly Problem[] {
  return records.flatMap((record) => {
    const actor = actors.find(({ name }) => name === record.name);
    if (actor === undefined)
      return [problem('actor-missing', `actor '${record.name}' of the checkpoint is not launched.`)];
    return [...shapeProblems(record, actor), ...restProblems(actor), ...channelProblems(record, channels)];
  });
}

function shapeProblems(record: ActorRecord, { name, kernel, instances }: Actor): readonly Problem[] {
  const problems: Problem[] = [];
  if (kernel.name !== record.kernel) {
    const text = `actor '${name}' runs the kernel '${kernel.name}'; in the checkpoint it ran '${record.kernel}'.`;
    problems.push(problem('other-kernel', text));
  }
  if (instances.length !== record.instances.length) {
    const [now, then] = [instances.length.toString(), record.instances.length.toString()];
    problems.push(
      problem('other-instances', `actor '${name}' has ${now} instances; in the checkpoint it has ${then}.`),
    );
  }
  return problems;
}

function restProblems({ instances }: Actor): readonly Problem[] {
  return instances.flatMap((instance) => {
    const { label, state } = instance;
    if (instance.mayRun || (state !== 'launched' && state !== 'deactivated')) {
      const tip = 'Restore before activating, into actors that are launched or deactivated.';
      return [{ ...problem('actor-not-at-rest', `'${label}' is '${state}'.`), tip }];
    }
    const waiting = instance.depth + instance.outboxDepth + instance.outRing.depth + instance.host.waitingSenders;
    if (waiting === 0) return [];
    const count = waiting === 1 ? '1 message lies' : `${waiting.toString()} messages lie`;
    const tip = 'Restore into actors that have been sent nothing.';
    return [{ ...problem('queue-not-empty', `${count} in the queues of '${label}'.`), tip }];
  });
}

function channelProblems({ name, instances }: ActorRecord, channels: readonly ChannelState[]): readonly Problem[] {
  const turns = instances[0]?.turns ?? [];
  const gone = turns.filter(
    (turn) => !channels.some(({ from, port, to }) => from === name && port === turn.port && to === turn.to),
  );
  const added = channels.filter(
    ({ from, port, to }) => from === name && !turns.some((turn) => port === turn.port && to === turn.to),
  );
  const isHalfSent = instances.some(({ outbox }) => outbox.step > 0);
  const text = (port: string, to: string, what: string): Problem =>
    problem('other-channel', `channel '${name}.${port}' → '${to}' ${what}.`);
  return [
    ...gone.map(({ port, to }) => text(port, to, 'of the checkpoint is not there')),
    ...(isHalfSent ? added : []).map(({ port, to }) => text(port, to, 'is new, while a message is sent to only some')),
  ];
}

function problem(code: string, message: string): Problem {
  return { severity: 'error', code, message };
}
