import { type Routing, setRouting, subscribe, unsubscribe } from '../../app/model/topology/edit/edit-routing.ts';
import type { TopologyChannel } from '../../app/model/topology/topology.ts';
import { edit } from './history/designer-history.ts';

// What a person does to the ways of messages, besides the channels themselves: each an undoable step with a name.

export function changeRouting(channel: TopologyChannel, routing: Routing): void {
  edit(`Change the routing of ${channel.from} to ${channel.to}`, (topology) => setRouting(topology, channel, routing));
}

export function addSubscription(topic: string, actorId: string): void {
  edit(`Subscribe ${actorId} to ${topic}`, (topology) => subscribe(topology, topic, actorId));
}

export function removeSubscription(topic: string, actorId: string): void {
  edit(`Unsubscribe ${actorId} from ${topic}`, (topology) => unsubscribe(topology, topic, actorId));
}
