import { channelEnds, type Topology, type TopologyChannel } from '../topology.ts';

export type Routing = NonNullable<TopologyChannel['routing']>;
type Ends = Pick<TopologyChannel, 'from' | 'to'>;

/** What says which instances a channel leads to. To take turns is the default, and left out of the document. */
export function setRouting(topology: Topology, { from, to }: Ends, routing: Routing): Topology {
  const isMeant = (channel: TopologyChannel): boolean => channel.from === from && channel.to === to;
  if (topology.channels?.some(isMeant) !== true) return topology;
  return {
    ...topology,
    channels: topology.channels.map((channel) => {
      if (!isMeant(channel)) return channel;
      const { routing: _, ...rest } = channel;
      return routing === 'roundRobin' ? rest : { ...rest, routing };
    }),
  };
}

/** Adds a subscription of an actor to a topic; one that is there stays as it is. */
export function subscribe(topology: Topology, topic: string, to: string): Topology {
  const { subscriptions = [] } = topology;
  if (subscriptions.some((known) => known.topic === topic && known.to === to)) return topology;
  return { ...topology, subscriptions: [...subscriptions, { topic, to }] };
}

/** A topology whose last subscription went has none, not an empty list. */
export function unsubscribe(topology: Topology, topic: string, to: string): Topology {
  const { subscriptions = [], ...rest } = topology;
  const left = subscriptions.filter((known) => known.topic !== topic || known.to !== to);
  if (left.length === subscriptions.length) return topology;
  return left.length === 0 ? rest : { ...rest, subscriptions: left };
}

/** How many instances a channel leads to. */
export function targetInstances({ actors }: Topology, channel: TopologyChannel): number {
  return actors.find(({ id }) => id === channelEnds(channel).targetId)?.instances ?? 1;
}
