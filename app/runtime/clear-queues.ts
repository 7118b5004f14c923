import { ACTOR, LANE } from '../abi/arena-layout.ts';
import type { ActorInstance } from './actor-instance.ts';
import { messageDropped } from './overflow.ts';
import type { RequestTable } from './request-table.ts';

/** Empties the queues of instances; requests among what they hold fail. */
export async function clearQueues(instances: readonly ActorInstance[], requests: RequestTable): Promise<void> {
  for (const instance of instances) failRequests(instance, requests);
  await Promise.all(instances.map((instance) => instance.clear()));
  for (const instance of instances) instance.checkAcceptsMessages();
}

/** Some may be handled all the same: their replies come late. */
function failRequests(instance: ActorInstance, requests: RequestTable): void {
  instance.checkAcceptsMessages();
  const next = [LANE.host, LANE.hostUrgent].map((lane) => instance.word(ACTOR.cursors + lane * 4));
  requests.giveUpAll(
    ({ actorId, position, isUrgent }) => actorId === instance.id && ((position - next[isUrgent ? 1 : 0]!) | 0) >= 0,
    messageDropped(instance, { outcome: 'dropped', reason: 'cleared' }),
  );
}
