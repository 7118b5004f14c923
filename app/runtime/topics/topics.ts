import type { Device } from '../../device/device.ts';
import { matchesTopic, topicLevels } from '../../model/topics/topic.ts';
import type { Actor } from '../actor.ts';
import type { ReceivedMessage } from '../message.ts';
import type { WorkSource } from '../work-sources.ts';
import { isListener, Subscriptions, type Subscription, type TopicListener } from './subscriptions.ts';
import { TopicTable, type Topic } from './topic-table.ts';

/** A topic that somebody has published to, and what became of it. */
export interface TopicState {
  readonly topic: string;
  /** Messages that were published there, by actors and by the host. */
  readonly published: number;
  /** Names of the actors that get them. */
  readonly actors: readonly string[];
  /** Functions on the host that get them. */
  readonly listeners: number;
  readonly retained: ReceivedMessage | undefined;
}

/** Delivers what is published to whoever has subscribed: devices look topics up in a table that is kept here. */
export class Topics implements WorkSource {
  /** Retained messages that were sent to new subscribers. */
  events = 0;
  readonly #table: TopicTable;
  readonly #subscriptions = new Subscriptions();
  readonly #retained = new Map<Topic, ReceivedMessage>();
  readonly #byHost = new Map<Topic, number>();
  #sending = 0;

  constructor(device: Device, limit: number) {
    this.#table = new TopicTable(device, limit);
  }

  get isIdle(): boolean {
    return this.#sending === 0;
  }

  /** In the order in which they were first published to. */
  get states(): readonly TopicState[] {
    return this.#table.all.map((topic) => ({
      topic: topic.text,
      published: this.#table.published(topic) + (this.#byHost.get(topic) ?? 0),
      actors: topic.places.flatMap((actor) => (actor === undefined ? [] : [actor.name])),
      listeners: this.#subscriptions.listenersOf(topic.levels).length,
      retained: this.#retained.get(topic),
    }));
  }

  /** @throws StudioError `InvalidTopicPattern`, `OutOfMemory` */
  subscribe(pattern: string, subscriber: Actor | TopicListener): Disposable {
    const subscription = Subscriptions.create(pattern, subscriber);
    const topics = this.#matching(subscription);
    if (!isListener(subscriber)) this.#table.admit(topics, subscriber);
    this.#subscriptions.add(subscription);
    for (const topic of topics) {
      this.#noteListeners(topic);
      const message = this.#retained.get(topic);
      if (message !== undefined) this.#giveRetained(subscription, topic, message);
    }
    return {
      [Symbol.dispose]: () => {
        this.#unsubscribe(subscription);
      },
    };
  }

  /** Who gets what the host publishes there. @throws StudioError `InvalidTopic` */
  subscribersOf(topic: string): readonly Actor[] {
    return [...this.#subscriptions.actorsOf(topicLevels(topic))];
  }

  /**
   * Tells listeners, and gives how many, and keeps the message if that is asked for; actors are the caller's.
   *
   * @throws StudioError `InvalidTopic`, `TooManyTopics`, `TopicCollision`, `OutOfMemory`
   */
  announce(text: string, message: ReceivedMessage, isRetained: boolean): number {
    const topic = this.#topic(text);
    this.#byHost.set(topic, (this.#byHost.get(topic) ?? 0) + 1);
    if (isRetained) this.#retained.set(topic, message);
    return this.#tell(topic, message);
  }

  /** Keeps the message for later subscribers; nobody is told. @throws StudioError `TooManyTopics`, `TopicCollision`, `OutOfMemory` */
  retain(text: string, message: ReceivedMessage): void {
    this.#retained.set(this.#topic(text), message);
  }

  /** What an actor has published: the topic's index says where. */
  received(index: number, message: ReceivedMessage, isRetained: boolean): void {
    const topic = this.#table.at(index);
    if (topic === undefined) return; // some handler has written over it
    if (isRetained) this.#retained.set(topic, message);
    this.#tell(topic, message);
  }

  /**
   * The place of a topic that an actor publishes to.
   *
   * @throws StudioError `InvalidTopic`, `TooManyTopics`, `TopicCollision`, `OutOfMemory`
   */
  indexOf(text: string): number {
    return this.#topic(text).index;
  }

  textAt(index: number): string | undefined {
    return this.#table.at(index)?.text;
  }

  /** The actor is about to be removed. */
  drop(actor: Actor): void {
    for (const subscription of this.#subscriptions.all)
      if (subscription.subscriber === actor) this.#unsubscribe(subscription);
  }

  #unsubscribe(subscription: Subscription): void {
    if (!this.#subscriptions.has(subscription)) return;
    this.#subscriptions.delete(subscription);
    const { subscriber } = subscription;
    for (const topic of this.#matching(subscription)) {
      this.#noteListeners(topic);
      if (!isListener(subscriber) && !this.#subscriptions.actorsOf(topic.levels).has(subscriber))
        this.#table.dismiss(topic, subscriber);
    }
  }

  #topic(text: string): Topic {
    const known = this.#table.find(text);
    if (known !== undefined) return known;
    const levels = topicLevels(text);
    const actors = [...this.#subscriptions.actorsOf(levels)];
    return this.#table.add(text, { actors, isToHost: this.#subscriptions.listenersOf(levels).length > 0 });
  }

  #matching({ levels }: Subscription): readonly Topic[] {
    return this.#table.all.filter((topic) => matchesTopic(levels, topic.levels));
  }

  #noteListeners(topic: Topic): void {
    this.#table.setToHost(topic, this.#subscriptions.listenersOf(topic.levels).length > 0);
  }

  #tell({ text, levels }: Topic, message: ReceivedMessage): number {
    const listeners = this.#subscriptions.listenersOf(levels);
    for (const listener of listeners) call(listener, { topic: text, message, isRetained: false });
    return listeners.length;
  }

  #giveRetained({ subscriber }: Subscription, { text }: Topic, message: ReceivedMessage): void {
    if (isListener(subscriber)) {
      call(subscriber, { topic: text, message, isRetained: true });
      return;
    }
    this.#sending++;
    void subscriber
      .postBytes(message.type, message.bytes, { traceId: message.traceId })
      .catch(() => undefined) // it takes no messages any more
      .finally(() => {
        this.#sending--;
        this.events++;
      });
  }
}

/** Not at once: whatever a listener does or throws, the message has left its ring by then. */
function call(listener: TopicListener, published: Parameters<TopicListener>[0]): void {
  void Promise.resolve(published).then(listener);
}
