import { matchesTopic, patternLevels } from '../../model/topics/topic.ts';
import { StudioError } from '../../base/studio-error.ts';
import { describeJson } from '../../model/codec/json-place.ts';
import { Actor } from '../actor.ts';
import type { ReceivedMessage } from '../message.ts';

/** A message as a listener on the host gets it. */
export interface PublishedMessage {
  readonly topic: string;
  readonly message: ReceivedMessage;
  /** It had been published, and kept, before the subscription. */
  readonly isRetained: boolean;
}

export type TopicListener = (published: PublishedMessage) => void;

export interface Subscription {
  readonly pattern: string;
  readonly levels: readonly string[];
  /** Who gets what is published: an actor, whose instances take turns, or a function on the host. */
  readonly subscriber: Actor | TopicListener;
}

/** Who listens to which topics. */
export class Subscriptions {
  #all: readonly Subscription[] = [];

  get all(): readonly Subscription[] {
    return this.#all;
  }

  /** @throws StudioError `InvalidTopicPattern` */
  static create(pattern: string, subscriber: Actor | TopicListener): Subscription {
    return { pattern, levels: patternLevels(pattern), subscriber };
  }

  add(subscription: Subscription): void {
    this.#all = [...this.#all, subscription];
  }

  delete(subscription: Subscription): void {
    this.#all = this.#all.filter((other) => other !== subscription);
  }

  has(subscription: Subscription): boolean {
    return this.#all.includes(subscription);
  }

  /** Each once, however many of its patterns match; in the order of their subscriptions. */
  actorsOf(levels: readonly string[]): ReadonlySet<Actor> {
    return new Set(this.#matching(levels).flatMap(({ subscriber }) => (isListener(subscriber) ? [] : [subscriber])));
  }

  /** One for each subscription that matches. */
  listenersOf(levels: readonly string[]): readonly TopicListener[] {
    return this.#matching(levels).flatMap(({ subscriber }) => (isListener(subscriber) ? [subscriber] : []));
  }

  #matching(levels: readonly string[]): readonly Subscription[] {
    return this.#all.filter((subscription) => matchesTopic(subscription.levels, levels));
  }
}

/** @throws StudioError `InvalidSubscriber` */
export function checkedSubscriber(subscriber: Actor): Actor {
  if (subscriber instanceof Actor) return subscriber;
  throw new StudioError('InvalidSubscriber', `${describeJson(subscriber)} cannot subscribe.`, {
    tip: 'Subscribe an actor, or a function.',
  });
}

export function isListener(subscriber: Actor | TopicListener): subscriber is TopicListener {
  return typeof subscriber === 'function';
}
