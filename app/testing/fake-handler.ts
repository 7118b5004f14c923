import type { FakeBuffers } from './fake-buffers.ts';
import type { FakeThread } from './fake-threads.ts';

/** What `ctx` is to a handler in C++. */
export interface FakeContext extends FakeThread {
  readonly actorId: number;
  readonly messageId: bigint;
  readonly messageHlc: bigint;
  emit(port: string, message: object): void;
  reply(type: string, message: object): void;
  forward(port: string, message: object): void;
  /** To an actor by its name. */
  send(actor: string, type: string, message: object): void;
  forwardTo(actor: string, type: string, message: object): void;
  /** `ctx.actor(name).valid()` */
  knows(actor: string): boolean;
  publish(topic: string, type: string, message: object, options?: { readonly retain?: boolean }): void;
  pending(): number;
  nowNs(): bigint;
  random(): number;
  print(text: string): void;
  requestTermination(): void;
  reportError(code: number): void;
  readonly buffers: FakeBuffers;
}

// Messages and states have whatever fields their types have.
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
export type FakeHandler = (message: any, ctx: FakeContext, state: any) => void;
