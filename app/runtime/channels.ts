import { HEADER, HOST_ACTOR_ID } from '../abi/arena-layout.ts';
import { StudioError } from '../base/studio-error.ts';
import type { Arena } from '../device/arena.ts';
import { describeLayout } from '../model/layout-text.ts';
import type { KernelInfo, OutputPort } from '../model/program.ts';
import type { Actor } from './actor.ts';
import type { ActorInstance } from './actor-instance.ts';
import { portAt } from './queued.ts';
import { RouteTable } from './route-table.ts';

interface Channel {
  readonly from: Actor;
  readonly port: string;
  readonly to: Actor;
}

/** A channel between two actors, as it is now. */
export interface ChannelState {
  /** Name of the actor whose output it is. */
  readonly from: string;
  readonly port: string;
  readonly to: string;
  /** Messages that have gone over it, those included that became dead letters there. Goes on after a reload. */
  readonly sent: number;
  /** Messages in the inboxes that it leads to, whoever sent them. */
  readonly depth: number;
}

/** A channel as one instance of its source has used it. */
export interface ChannelTurn {
  readonly port: string;
  readonly to: string;
  /** Instance that gets the next message. */
  readonly next: number;
  readonly sent: number;
}

/** A channel that other code of its actors would not fit. */
export interface BrokenChannel {
  readonly from: Actor;
  readonly port: string;
  readonly to: Actor;
  /** Undefined where the port is gone. */
  readonly output: OutputPort | undefined;
}

/** Which outputs lead where. */
export class Channels {
  readonly #arena: Arena;
  #channels: readonly Channel[] = [];

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** @throws StudioError `PortNotFound`, `TypeMismatch`, `ActorActive`, `DuplicateChannel` */
  connect(from: Actor, port: string, to: Actor): void {
    checkConnectable(from, port, to);
    if (this.#channels.some((channel) => channel.from === from && channel.port === port && channel.to === to)) {
      throw new StudioError('DuplicateChannel', `'${from.name}.${port}' is connected to '${to.name}' already.`);
    }
    this.#channels = [...this.#channels, { from, port, to }];
    for (const instance of from.instances) instance.memory.setRoutes(this.routesOf(from, instance, from.kernel));
  }

  /** In the order of their connection. */
  get states(): readonly ChannelState[] {
    return this.#channels.map((channel) => {
      const { from, port, to } = channel;
      const sent = from.instances.reduce((sum, { memory }) => sum + (memory.routes?.sent(channel) ?? 0), 0);
      const depth = to.instances.reduce((sum, { inbox }) => sum + inbox.depth, 0);
      return { from: from.name, port, to: to.name, sent, depth };
    });
  }

  /** Counts and turns of what leaves an instance. */
  turnsOf(actor: Actor, { memory: { routes } }: ActorInstance): readonly ChannelTurn[] {
    return this.#channels
      .filter(({ from }) => from === actor)
      .map((channel) => {
        const { port, to } = channel;
        return { port, to: to.name, next: routes?.turn(channel) ?? 0, sent: routes?.sent(channel) ?? 0 };
      });
  }

  /** The instance rests; what it knows of channels that are not there is left out. */
  resumeTurns(actor: Actor, { memory: { routes } }: ActorInstance, turns: readonly ChannelTurn[]): void {
    for (const channel of this.#channels.filter(({ from }) => from === actor)) {
      const turn = turns.find(({ port, to }) => port === channel.port && to === channel.to.name);
      if (turn !== undefined) routes?.resume(channel, turn);
    }
  }

  /** Where the outputs of an instance lead when it runs `kernel`. */
  routesOf(actor: Actor, { label }: ActorInstance, kernel: KernelInfo): RouteTable {
    const ports = kernel.outputs.map(({ name }) =>
      this.#channels
        .filter((channel) => channel.from === actor && channel.port === name)
        .map((channel) => ({ channel, targets: channel.to.instances.map(({ memory }) => memory.address) })),
    );
    return new RouteTable(this.#arena, `${label}: routes`, ports);
  }

  /** Id of an instance that gets what leaves by the port; the host's where no channel does. */
  receiverId(from: Actor, port: string | undefined): number {
    const channel = this.#channels.find((candidate) => candidate.from === from && candidate.port === port);
    return channel?.to.instances[0]?.id ?? HOST_ACTOR_ID;
  }

  /** Id of an instance that gets the message at `slot` of the actor's outbox. */
  receiverOf(from: Actor | undefined, instance: ActorInstance, slot: number): number {
    const known = this.#arena.u32[(slot + HEADER.target) >> 2]!;
    const port = portAt(this.#arena, slot);
    if (known !== HOST_ACTOR_ID || from === undefined || port === undefined) return known;
    return this.receiverId(from, instance.kernel.outputs[port]?.name);
  }

  /** The channels that would lead nowhere if the actors ran the kernels given. */
  broken(kernels: ReadonlyMap<Actor, KernelInfo>): readonly BrokenChannel[] {
    return this.#channels.flatMap((channel) => {
      const { from, port, to } = channel;
      const output = (kernels.get(from) ?? from.kernel).outputs.find(({ name }) => name === port);
      const { handlers } = kernels.get(to) ?? to.kernel;
      const isHandled = handlers.some(({ message }) => message.typeId === output?.message.typeId);
      return isHandled ? [] : [{ ...channel, output }];
    });
  }

  /** @throws StudioError `ActorConnected` when a channel leads to the actor. */
  checkRemovable(actor: Actor): void {
    const inbound = this.#channels.find(({ from, to }) => to === actor && from !== actor);
    if (inbound !== undefined) {
      const message = `'${inbound.from.name}.${inbound.port}' is connected to '${actor.name}'.`;
      throw new StudioError('ActorConnected', message, { tip: 'Remove the sender first.' });
    }
  }

  /** Forgets what leaves the actor. */
  remove(actor: Actor): void {
    this.#channels = this.#channels.filter(({ from }) => from !== actor);
  }
}

function checkConnectable(from: Actor, port: string, to: Actor): void {
  const output = from.kernel.outputs.find(({ name }) => name === port);
  if (output === undefined) {
    const ports = from.kernel.outputs.map(({ name }) => name).join(', ');
    const tip = ports === '' ? 'Its kernel declares no RING_OUTPUT.' : `It has: ${ports}.`;
    throw new StudioError('PortNotFound', `actor '${from.name}' has no output '${port}'.`, { tip });
  }
  // Of any instance, whatever the actor's state says: the routes that it reads are freed.
  if (from.instances.some(({ mayRun }) => mayRun)) {
    const tip = 'Connect before activating, or deactivate it for the change.';
    throw new StudioError('ActorActive', `actor '${from.name}' is active: its channels cannot change.`, { tip });
  }
  const { message } = output;
  if (to.kernel.handlers.some((handler) => handler.message.typeId === message.typeId)) return;
  const namesake = to.kernel.handlers.find((handler) => handler.message.name === message.name)?.message;
  const head = `'${from.name}.${port}' sends ${message.name}, which '${to.name}' does not handle`;
  if (namesake === undefined) {
    const handled = to.kernel.handlers.map((handler) => handler.message.name).join(', ');
    throw new StudioError('TypeMismatch', `${head}.`, { tip: `It handles: ${handled}.` });
  }
  const layouts = `sent:\n${describeLayout(message)}\nhandled:\n${describeLayout(namesake)}`;
  throw new StudioError('TypeMismatch', `${head}: its struct of that name has another layout.\n${layouts}`, {
    tip: 'Declare the struct once, in a header that both files include.',
  });
}
