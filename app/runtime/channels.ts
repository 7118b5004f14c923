import { HEADER, HOST_ACTOR_ID } from '../abi/arena-layout.ts';
import { StudioError } from '../base/studio-error.ts';
import type { Arena } from '../device/arena.ts';
import { describeLayout } from '../model/layout-text.ts';
import { findKey } from '../model/message-key.ts';
import type { StructType } from '../model/message-type.ts';
import type { KernelInfo, OutputPort } from '../model/program.ts';
import { Actor } from './actor.ts';
import type { ActorInstance } from './actor-instance.ts';
import { HostActor } from './host-actors/host-actor.ts';
import { isOver } from './host-actors/host-actor-state.ts';
import type { HostChannel, HostConnectOptions } from './host-actors/host-outlet.ts';
import { HostRoutes, hostRoutesOf, type HostRoute } from './host-actors/host-routes.ts';
import { portAt } from './queued.ts';
import { RouteTable, type ChannelRoute } from './route-table.ts';
import { routingWords, type Routing } from './routing.ts';

/** From an output of an actor on the device. */
interface DeviceChannel {
  readonly from: Actor;
  readonly port: string;
  readonly to: Actor | HostActor;
  readonly routing: Routing;
  /** Where it leads to a host actor. */
  readonly route?: HostRoute;
}

export interface ConnectOptions {
  /**
   * Which instances of the receiver get a message: one in turn (`roundRobin`, the default), all of them (`broadcast`), or
   * always the same one for one value of the field that `key` names, `place.x` in a nested struct.
   */
  readonly routing?: Routing;
}

type Wish = Omit<DeviceChannel, 'routing' | 'route'>;

/** From an output of a host actor. */
interface FromHost {
  readonly from: HostActor;
  readonly port: string;
  readonly to: Actor;
  readonly channel: HostChannel;
}

type Channel = DeviceChannel | FromHost;

/** As a target in the routes of an output: whatever host actors it leads to. */
const HOST_TARGETS = [0];

/** A channel between two actors, as it is now. */
export interface ChannelState {
  /** Name of the actor whose output it is. */
  readonly from: string;
  readonly port: string;
  readonly to: string;
  readonly routing: Routing;
  /** Messages that have gone over it, those included that became dead letters there. Goes on after a reload. */
  readonly sent: number;
  /** Messages in the inboxes that it leads to, whoever sent them; between two GPUs, in the queues from the host. */
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
  readonly to: Actor | HostActor;
  /** Undefined where the port is gone. */
  readonly output: OutputPort | undefined;
  /** What is wrong with the field that it is routed by. */
  readonly keyProblem: string | undefined;
}

/** Which outputs lead where. */
export class Channels {
  readonly #arena: Arena;
  #channels: readonly Channel[] = [];

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /**
   * @throws StudioError `PortNotFound`, `TypeMismatch`, `InvalidKey`, `ActorActive`, `DuplicateChannel`, `OutOfMemory`,
   *   `TakesNoMessages`
   */
  connect({ from, port, to }: Wish, { routing = 'roundRobin' }: ConnectOptions): void {
    const { message } = checkConnectable(from, port, to);
    routingWords(routing, message);
    this.#checkNew(from, port, to);
    if (to instanceof HostActor) this.#connectToHost({ from, port, to, routing });
    else this.#add({ from, port, to, routing });
  }

  /** All instances of the source get their new routes, or nothing changes. */
  #add(channel: DeviceChannel): void {
    const { from } = channel;
    const before = this.#channels;
    this.#channels = [...before, channel];
    const tables: RouteTable[] = [];
    try {
      for (const instance of from.instances) tables.push(this.routesOf(from, instance, from.kernel));
    } catch (error) {
      this.#channels = before;
      for (const table of tables) table.free();
      throw error;
    }
    for (const [index, { memory }] of from.instances.entries()) memory.setRoutes(tables[index]!);
  }

  /** @throws StudioError `UnknownOutput`, `UnknownMessageType`, `InvalidKey`, `DuplicateChannel` */
  connectFromHost({ from, port, to }: Omit<FromHost, 'channel'>, options: HostConnectOptions): void {
    this.#checkNew(from, port, to);
    this.#channels = [...this.#channels, { from, port, to, channel: from.connectTo(port, to, options) }];
  }

  /** In the order of their connection. */
  get states(): readonly ChannelState[] {
    return this.#channels.map((channel) => ({
      from: channel.from.name,
      port: channel.port,
      to: channel.to.name,
      routing: isDeviceChannel(channel) ? channel.routing : channel.channel.routing,
      sent: sentOver(channel),
      depth: depthOf(channel),
    }));
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
    const ports = kernel.outputs.map((output) => this.#routesOfPort(actor, output));
    return new RouteTable(this.#arena, `${label}: routes`, ports);
  }

  /** Host actors get one copy together: the host knows by the port who they are. */
  #routesOfPort(actor: Actor, { name: port, message }: OutputPort): readonly ChannelRoute[] {
    const channels = this.#channels
      .filter(isDeviceChannel)
      .filter(({ from, port: name }) => from === actor && name === port);
    const toActors = channels.flatMap((channel) => {
      if (channel.to instanceof HostActor) return [];
      const targets = channel.to.instances.map(({ memory }) => memory.address);
      return [{ channel, targets, routing: routingWords(channel.routing, message) }];
    });
    const toHost = channels.find(({ route }) => route !== undefined);
    if (toHost === undefined) return toActors;
    return [...toActors, { channel: toHost, targets: HOST_TARGETS, routing: routingWords('roundRobin', message) }];
  }

  #connectToHost({ from, port, to, routing }: DeviceChannel & { readonly to: HostActor }): void {
    const route = { to, sent: 0 };
    this.#add({ from, port, to, routing, route });
    const [first] = from.instances;
    const routes = (first && hostRoutesOf(first)) ?? new HostRoutes();
    routes.add(port, route);
    for (const instance of from.instances) instance.hostRoutes = routes;
  }

  #checkNew(from: Actor | HostActor, port: string, to: Actor | HostActor): void {
    if (!this.#channels.some((channel) => channel.from === from && channel.port === port && channel.to === to)) return;
    throw new StudioError('DuplicateChannel', `'${from.name}.${port}' is connected to '${to.name}' already.`);
  }

  /** Id of an instance that gets what leaves by the port; the host's where no channel does. */
  receiverId(from: Actor, port: string | undefined): number {
    const candidates = this.#channels.filter((candidate) => candidate.from === from && candidate.port === port);
    const to = candidates.map((channel) => channel.to).find((target) => target instanceof Actor);
    return to?.instances[0]?.id ?? HOST_ACTOR_ID;
  }

  /** Id of an instance that gets the message at `slot` of the actor's outbox. */
  receiverOf(from: Actor | undefined, instance: ActorInstance, slot: number): number {
    const known = this.#arena.u32[(slot + HEADER.target) >>> 2]!;
    const port = portAt(this.#arena, slot);
    if (known !== HOST_ACTOR_ID || from === undefined || port === undefined) return known;
    return this.receiverId(from, instance.kernel.outputs[port]?.name);
  }

  /** The channels that would lead nowhere if the actors ran the kernels given. */
  broken(kernels: ReadonlyMap<Actor, KernelInfo>): readonly BrokenChannel[] {
    return this.#channels.filter(isDeviceChannel).flatMap((channel) => {
      const { from, port, to } = channel;
      const output = (kernels.get(from) ?? from.kernel).outputs.find(({ name }) => name === port);
      if (to instanceof HostActor) return output === undefined ? [{ ...channel, output, keyProblem: undefined }] : [];
      const { handlers } = kernels.get(to) ?? to.kernel;
      const isHandled = handlers.some(({ message }) => message.typeId === output?.message.typeId);
      const keyProblem = output === undefined ? undefined : keyProblemOf(channel.routing, output.message);
      return isHandled && keyProblem === undefined ? [] : [{ ...channel, output, keyProblem }];
    });
  }

  /** @throws StudioError `ActorConnected` when a channel of one that may still send leads to the actor. */
  checkRemovable(actor: Actor | HostActor): void {
    const inbound = this.#channels.find(({ from, to }) => to === actor && from !== actor && maySend(from));
    if (inbound !== undefined) {
      const message = `'${inbound.from.name}.${inbound.port}' is connected to '${actor.name}'.`;
      throw new StudioError('ActorConnected', message, { tip: 'Remove the sender first.' });
    }
  }

  /** Forgets what leaves the actor, and what led to it. */
  remove(actor: Actor | HostActor): void {
    this.#channels = this.#channels.filter(({ from, to }) => from !== actor && to !== actor);
  }
}

function maySend(from: Actor | HostActor): boolean {
  return !(from instanceof HostActor && isOver(from.state));
}

function keyProblemOf(routing: Routing, message: StructType): string | undefined {
  if (typeof routing === 'string') return undefined;
  const found = findKey(message, routing.key);
  return 'problem' in found ? found.problem.message : undefined;
}

function isDeviceChannel(channel: Channel): channel is DeviceChannel {
  return !(channel.from instanceof HostActor);
}

function gpuOf({ instances }: Actor): number | undefined {
  return instances[0]?.memory.plan.gpu;
}

function depthOf({ from, to }: Channel): number {
  if (to instanceof HostActor) return to.inbox.length;
  const isCrossing = from instanceof Actor && gpuOf(from) !== gpuOf(to);
  return to.instances.reduce((sum, { inbox, host }) => sum + (isCrossing ? host.depth : inbox.depth), 0);
}

function sentOver(channel: Channel): number {
  if (!isDeviceChannel(channel)) return channel.channel.sent;
  if (channel.route !== undefined) return channel.route.sent;
  return channel.from.instances.reduce((sum, { memory }) => sum + (memory.routes?.sent(channel) ?? 0), 0);
}

function checkConnectable(from: Actor, port: string, to: Actor | HostActor): OutputPort {
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
  if (to instanceof HostActor) {
    if (to.acceptsMessages) return output;
    throw new StudioError('TakesNoMessages', `host actor '${to.name}' takes no messages.`, {
      tip: 'Define onMessage, or connect to another actor.',
    });
  }
  const { message } = output;
  if (to.kernel.handlers.some((handler) => handler.message.typeId === message.typeId)) return output;
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
