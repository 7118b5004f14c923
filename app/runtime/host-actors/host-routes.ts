import type { ActorInstance } from '../actor-instance.ts';
import type { OutputRoutes } from '../instance-init.ts';
import type { HostDelivery } from '../delivery-observer.ts';
import type { ReceivedMessage } from '../message.ts';
import type { HostActor } from './host-actor.ts';
import { hasEnded } from './host-actor-state.ts';

/** A channel from an output of an actor to a host actor. */
export interface HostRoute {
  readonly to: HostActor;
  /** Messages that have gone over it, those included that became dead letters there. */
  sent: number;
}

/** What a message is that leaves for host actors. */
export interface Leaving {
  readonly instance: ActorInstance;
  /** Of the output. */
  readonly port: number;
  readonly copy: () => ReceivedMessage;
}

/** Which outputs of one actor lead to host actors. Known to its instances, so that nobody else takes these messages. */
export class HostRoutes implements OutputRoutes<ActorInstance> {
  readonly #byPort = new Map<string, HostRoute[]>();

  add(port: string, route: HostRoute): void {
    this.#byPort.set(port, [...(this.#byPort.get(port) ?? []), route]);
  }

  /** Whether what an instance sends by the port with this number is for host actors. */
  leads(instance: ActorInstance, port: number): boolean {
    return this.#of(instance, port).length > 0;
  }

  /** Gives the message to all of them; undefined, and the instance is asked again, when one has no room for it. */
  deliver({ instance, port, copy }: Leaving): readonly HostDelivery[] | undefined {
    const routes = this.#of(instance, port);
    const full = routes.find(({ to }) => !hasEnded(to.state) && !to.inbox.hasRoom);
    if (full !== undefined) {
      full.to.inbox.stall(instance);
      return undefined;
    }
    const message = copy();
    return routes.map((route) => {
      const { to } = route;
      route.sent++;
      if (hasEnded(to.state)) return { to, reason: to.state === 'failed' ? 'target-failed' : 'target-terminated' };
      to.inbox.put(message);
      return { to, reason: undefined };
    });
  }

  #of(instance: ActorInstance, port: number): readonly HostRoute[] {
    const name = instance.kernel.outputs[port]?.name;
    return name === undefined ? [] : (this.#byPort.get(name) ?? []);
  }
}

export function hostRoutesOf({ hostRoutes }: ActorInstance): HostRoutes | undefined {
  return hostRoutes instanceof HostRoutes ? hostRoutes : undefined;
}
