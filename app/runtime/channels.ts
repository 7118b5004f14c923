import { StudioError } from '../base/studio-error.ts';
import { describeLayout } from '../model/layout-text.ts';
import type { Actor } from './actor.ts';

interface Channel {
  readonly from: Actor;
  readonly port: string;
  readonly to: Actor;
}

/** Which outputs lead where. */
export class Channels {
  #channels: readonly Channel[] = [];

  /** @throws StudioError `PortNotFound`, `TypeMismatch`, `ActorActive`, `DuplicateChannel` */
  connect(from: Actor, port: string, to: Actor): void {
    checkConnectable(from, port, to);
    if (this.#channels.some((channel) => channel.from === from && channel.port === port && channel.to === to)) {
      throw new StudioError('DuplicateChannel', `'${from.name}.${port}' is connected to '${to.name}' already.`);
    }
    this.#channels = [...this.#channels, { from, port, to }];
    this.#route(from);
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

  #route(from: Actor): void {
    const targets = from.kernel.outputs.map(({ name }) =>
      this.#channels
        .filter((channel) => channel.from === from && channel.port === name)
        .map(({ to }) => to.instances.map(({ memory }) => memory.address)),
    );
    for (const { memory } of from.instances) memory.setRoutes(targets);
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
