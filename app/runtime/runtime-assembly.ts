import type { DeviceFault } from '../device/device.ts';
import { viewMemory } from '../model/codec/memory-views.ts';
import type { Actor } from './actor.ts';
import { ActorDirectory } from './actor-directory.ts';
import type { ActorInstance } from './actor-instance.ts';
import type { ActorSurroundings } from './actor-surroundings.ts';
import { Buffers } from './buffers/buffers.ts';
import { generationOf } from './buffers/first-generation.ts';
import { Channels } from './channels.ts';
import { Checkpoints } from './checkpoint/checkpoints.ts';
import { DeadLetters } from './dead-letters/dead-letters.ts';
import { sendAgainTo } from './dead-letters/replay.ts';
import { DeliveryObservers } from './delivery-observers.ts';
import { Functions } from './functions/functions.ts';
import { HealthMonitor } from './health/health-monitor.ts';
import { HostActors } from './host-actors/host-actors.ts';
import { HybridClock } from './hybrid-clock.ts';
import { Inbound } from './inbound.ts';
import { Launcher } from './launcher.ts';
import { openLedger } from './ledger/open-ledger.ts';
import type { Lifetime } from './lifetime.ts';
import { HeaderWriter } from './message-header.ts';
import { NameService } from './names/name-service.ts';
import { Programs } from './programs.ts';
import { Reloads } from './reload.ts';
import { Removals } from './removals.ts';
import { RequestTable } from './request-table.ts';
import type { PrintedText } from './printed-text.ts';
import { requestTimeout, type RuntimePorts } from './runtime-parts.ts';
import { Parked } from './state/parked.ts';
import { StateAccess } from './state/state-access.ts';
import { Supervision } from './supervision/supervision.ts';
import { Publisher } from './topics/publisher.ts';
import { Topics } from './topics/topics.ts';
import { TypeRegistry } from './type-registry.ts';
import type { WorkSources } from './work-sources.ts';

const DEFAULT_TOPIC_LIMIT = 4096;

interface AssemblyInit {
  readonly ports: RuntimePorts;
  readonly lifetime: Lifetime;
  readonly workSources: WorkSources;
  /** The instance has failed just now. */
  readonly onFailed: (instance: ActorInstance, fault: DeviceFault) => void;
  /** A thread of a launched function has printed. */
  readonly onPrinted: (printed: PrintedText) => void;
}

/** The parts of a runtime, each of which knows those that it needs. */
export type RuntimeAssembly = ReturnType<typeof assembleRuntime>;

export function assembleRuntime(init: AssemblyInit) {
  const registers = makeRegisters(init);
  const messaging = makeMessaging(init, registers);
  const surroundings = makeSurroundings(init, {
    ...registers,
    inbound: messaging.inbound,
    isGone: (actor) => !registers.directory.has(actor) || control.removals.isLeaving(actor),
  });
  const control: Control = makeControl(init, { ...registers, ...messaging, surroundings });
  return { ...registers, ...messaging, ...control, surroundings };
}

type Registers = ReturnType<typeof makeRegisters>;
type Messaging = ReturnType<typeof makeMessaging>;
type Control = ReturnType<typeof makeControl>;

/** What knows who and what there is. */
function makeRegisters({ ports, lifetime, workSources }: AssemblyInit) {
  const { device, platform } = ports;
  const types = new TypeRegistry();
  const directory = new ActorDirectory(device);
  const labelOf = (actorId: number): string | undefined => directory.instance(actorId)?.label;
  const parked = new Parked({ device, platform, lifetime, labelOf });
  const clock = new HybridClock(() => platform.unixMs());
  const headers = new HeaderWriter(device.arena, clock);
  const topics = new Topics(device, ports.topicLimit ?? DEFAULT_TOPIC_LIMIT);
  const names = new NameService({ device, directory, topics });
  const requests = new RequestTable(platform, ({ actorId }) => requestTimeout(directory.instance(actorId), actorId));
  const { seed = 0, onListenerError } = ports;
  const firstGeneration = generationOf(platform.unixMs());
  const buffers = new Buffers(device, ports.buffers, { firstGeneration, onListenerError });
  const isTaken = (name: string): boolean => directory.names.includes(name);
  const hosts = new HostActors({ platform, workSources, lifetime, seed, isTaken, onListenerError });
  return { types, directory, parked, clock, headers, topics, names, requests, buffers, hosts };
}

/** What messages go through, and what is told of them. */
function makeMessaging({ ports, lifetime, onFailed, onPrinted }: AssemblyInit, registers: Registers) {
  const { device, platform, onListenerError } = ports;
  const { arena } = device;
  const { types, directory, clock, headers, topics, names, requests, hosts, buffers } = registers;
  const deadLetters = new DeadLetters({
    arena,
    types,
    labelOf: (id) => directory.instance(id)?.label ?? hosts.labelOf(id),
    nowMs: () => platform.unixMs(),
    sendAgain: sendAgainTo((name) => directory.named(name)),
    options: ports.deadLetters,
    onListenerError,
  });
  const channels = new Channels(arena);
  const functions = new Functions({ device, buffers, lifetime, onPrinted, onListenerError });
  const programs = new Programs({ device, types, lifetime, functions });
  const ledger =
    ports.ledger === true
      ? openLedger({ channels, names, hosts }, { device, directory, types, platform, onListenerError })
      : undefined;
  const all = [...(ledger ? [ledger] : []), ...(ports.observers ?? [])];
  const observers = new DeliveryObservers(all);
  if (all.length > 0)
    hosts.onDidHandle.on((work) => {
      observers.handled(work);
    });
  const told = { deadLetters, observers, onFailed };
  const inbound = new Inbound({ arena, types, clock, names, topics, requests, directory, hosts, ...told });
  const publisher = new Publisher({ topics, types, headers });
  return { deadLetters, channels, programs, ledger, observers, inbound, publisher };
}

interface SurroundingParts extends Registers {
  readonly inbound: Inbound;
  readonly isGone: (actor: Actor) => boolean;
}

function makeSurroundings({ ports }: AssemblyInit, parts: SurroundingParts): ActorSurroundings {
  const { device, platform } = ports;
  const { arena } = device;
  const { types, headers, requests, buffers, parked, inbound, isGone } = parts;
  return {
    arena,
    views: viewMemory(arena.memory.buffer),
    types,
    headers,
    requests,
    platform,
    buffers,
    outputType: (instance, slot) => inbound.outputType(instance, slot),
    onDeadLetter: (instance, letter) => {
      inbound.onDeadLetter(instance, letter);
    },
    expectSignals: () => {
      device.expectSignals();
    },
    states: new StateAccess({ arena, types, parked, isGone }),
  };
}

interface ControlParts extends Registers, Messaging {
  readonly surroundings: ActorSurroundings;
}

/** What launches, changes, watches and removes actors. */
function makeControl({ ports, lifetime, workSources }: AssemblyInit, parts: ControlParts) {
  const { device, platform } = ports;
  const { parked, directory, channels, headers, types, requests, programs, inbound: events, topics, names } = parts;
  const { hosts, observers, surroundings } = parts;
  const moved = { device, platform, parked, directory, channels };
  const checkpoints = new Checkpoints({
    ...moved,
    headers,
    types,
    requests,
    topics,
    supervision: (): Supervision => supervision,
  });
  const launcher = new Launcher({ ports, lifetime, directory, programs, events, hosts, observers, surroundings });
  const reloads = new Reloads({
    ...moved,
    lifetime,
    names,
    programs,
    events,
    createInstance: (code, memory) => launcher.createInstance(code, memory),
    isLeaving: (actor): boolean => removals.isLeaving(actor),
  });
  const inTurn: Reloads['inTurn'] = (work) => reloads.inTurn(work);
  const { seed = 0, onListenerError } = ports;
  const watched = { device, platform, lifetime, directory };
  const supervision = new Supervision({ ...watched, inTurn, seed, onListenerError });
  const removals = new Removals({ device, lifetime, directory, channels, hosts, topics, supervision });
  workSources.add(supervision);
  const health = new HealthMonitor({ arena: device.arena, platform, directory, onListenerError });
  workSources.add(topics);
  return { checkpoints, launcher, reloads, supervision, removals, health };
}
