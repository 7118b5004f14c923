// The context of a handler: what an actor can ask for and send. Sends go to the actor's outbox and are committed when
// the handler returns (ring_drain.cuh), so a handler never waits for a full inbox and a trap discards what it had sent.
//
// Compiles in three environments: the CPU device (Clang, wasm32), nvcc and NVRTC.
#pragma once

#include "ring_collectives.cuh"
#include "ring_names.cuh"
#include "ring_random.cuh"
#include "ring_types.cuh"

namespace ring {

namespace detail {

#if defined(RING_DEVICE_CPU)
/// The types that some code of the module sends, collected by the linker: rings are sized by them. Not const, so that a
/// reader odr-uses it and the definition is emitted.
template <class M>
struct sent {
  static abi::u32 mark;
};
template <class M>
[[gnu::used, gnu::section("ring_sent")]] abi::u32 sent<M>::mark = type_id<M>();
template <class M>
RING_D inline abi::u32 sent_type_id() {
  return sent<M>::mark;
}
#else
/// Which types a program sends is read from the CPU's compile of the same source.
template <class M>
RING_D inline abi::u32 sent_type_id() {
  return type_id<M>();
}
#endif

}  // namespace detail

class context : public collectives {
 public:
  RING_D context(abi::actor& actor, const abi::header& message) : actor_(&actor), message_(&message) {}

  /// Sends `message` from an output port to whatever it is connected to.
  template <class P>
  RING_D void emit(port<P>, const typename P::message& message) {
    append(message, detail::port_id<P>(), 0, 0, 0);
  }

  /// Answers the sender of the message in hand: the host's request, or the actor that sent it.
  template <class M>
  RING_D void reply(const M& message) {
    append(message, abi::kReplyPort, message_->source, answered(), 0);
  }

  /// Like emit, on behalf of the sender of the message in hand: its reply goes there, its deadline stays.
  /// Counts a hop.
  template <class P>
  RING_D void forward(port<P>, const typename P::message& message) {
    pass_on(message, detail::port_id<P>());
  }

  /// An actor by its name, whether or not a channel leads to it: `ctx.actor("sink")`, or a `ring::text`.
  RING_D actor_ref actor(const char* name) { return find(detail::span_of(name)); }
  template <unsigned N>
  RING_D actor_ref actor(const text<N>& name) {
    return find({name.begin(), name.size()});
  }

  /// Sends to an actor by its name; of several instances the next in turn gets it. A name that nobody has makes the
  /// message a dead letter.
  template <class M>
  RING_D void send(const actor_ref& to, const M& message) {
    address(append(message, abi::kSendPort, 0, 0, 0), to);
  }

  /// Like forward, to an actor by its name.
  template <class M>
  RING_D void forward(const actor_ref& to, const M& message) {
    address(pass_on(message, abi::kSendPort), to);
  }

  /// Sends to all who have subscribed to the topic: `ctx.publish("sensors/3/heat", Reading{…})`. With `ring::retain`
  /// those who subscribe later get it too, until the next one is retained there.
  template <class M>
  RING_D void publish(const char* topic, const M& message, publishing how = publishing::plain) {
    publish_to(detail::span_of(topic), append(message, abi::kTopicPort, 0, 0, 0), how);
  }
  template <unsigned N, class M>
  RING_D void publish(const text<N>& topic, const M& message, publishing how = publishing::plain) {
    publish_to({topic.begin(), topic.size()}, append(message, abi::kTopicPort, 0, 0, 0), how);
  }

  /// Messages that wait for this actor, the one in hand not counted.
  RING_D unsigned pending() const;

  /// Nanoseconds since the Unix epoch.
  RING_D unsigned long long now() const;

  RING_D unsigned actor_id() const { return actor_->id; }
  /// Which block this is among those of all instances of its name: the instance's index where an actor has one.
  RING_D unsigned block_index() const { return detail::block_rank(*actor_); }
  /// The header of the message in hand.
  RING_D const abi::header& message() const { return *message_; }
  /// True for the one thread of the block that should act for all.
  RING_D bool leader() const { return detail::is_leader(); }

  /// Waits for all threads of all blocks of this actor that have not returned.
  RING_D void sync_grid(RING_SITE) const { detail::sync_grid(RING_HERE); }
  /// Waits for all threads of the block that have not returned, at a barrier of its own: `id` is 1 to 15. With
  /// `threads` (a multiple of 32) for as many of them.
  RING_D void named_barrier(unsigned id, unsigned threads = 0, RING_SITE) const {
    detail::named_barrier(id, threads, RING_HERE);
  }

  /// The actor ends after this handler; what still waits for it is reported undelivered.
  RING_D void request_termination() { actor_->termination_requested = 1; }
  /// Shows `code` in the actor's telemetry; the actor goes on.
  RING_D void report_error(unsigned code) {
    actor_->error_code = code;
    actor_->ctl.last_error = code;
  }

  /// 32 random bits; a stream of its own for each actor, the same in every run with the same seed. Threads that each
  /// need their own numbers are better off with ring::philox.
  RING_D unsigned random() {
    const abi::u64 key = static_cast<abi::u64>(actor_->seed_high) << 32 | actor_->seed_low;
    return philox(detail::take_random_counter(*actor_), key).x;
  }

 private:
  RING_D actor_ref find(const detail::text_span& name) {
    const abi::u64 hash = detail::hash_name(name);
    return actor_ref(hash, detail::find_actor(*actor_, hash, name));
  }

  RING_D void address(abi::header& sent, const actor_ref& to) {
    sent.sequence = detail::find_actor_again(*actor_, to.hash_, to.index_);
  }

  RING_D void publish_to(const detail::text_span& topic, abi::header& sent, publishing how) {
    sent.sequence = detail::find_topic(*actor_, topic);
    sent.flags = static_cast<abi::u16>(how);
  }

  /// On behalf of the sender of the message in hand.
  template <class M>
  RING_D abi::header& pass_on(const M& message, abi::u32 port) {
    abi::header& sent = append(message, port, 0, answered(), message_->hops + 1u);
    sent.source = message_->source;
    sent.deadline = message_->deadline;
    return sent;
  }

  /// What a reply to the message in hand answers.
  RING_D abi::u64 answered() const {
    return message_->correlation_id != 0 ? message_->correlation_id : message_->message_id;
  }

  template <class M>
  RING_D abi::header& append(const M& message, abi::u32 port, abi::u32 target, abi::u64 correlation, abi::u32 hops) {
    abi::actor& a = *actor_;
    const abi::u32 index = detail::take_outbox_entry(a);
    if (index >= a.outbox_capacity) detail::fail(detail::failure::outbox_overflow);
    const abi::u32 address = a.outbox + index * a.outbox_stride;
    abi::header& h = *detail::at<abi::header>(address);
    h.payload_bytes = sizeof(M);
    h.message_id = 0;  // given when the message is committed
    h.correlation_id = correlation;
    h.trace_id = message_->trace_id;
    h.deadline = 0;
    h.type_id = detail::sent_type_id<M>();
    h.source = a.id;
    h.target = target;
    h.port = static_cast<abi::u16>(port);
    h.flags = 0;
    h.priority = message_->priority;
    h.hops = static_cast<abi::u8>(hops > 255 ? 255 : hops);
    h.reason = 0;
    *detail::at<M>(address + sizeof(abi::header)) = message;
    return h;
  }

  abi::actor* actor_;
  const abi::header* message_;
};

RING_D inline unsigned context::pending() const {
  abi::u32 sum = 0;
  for (abi::u32 lane = 0; lane < abi::kLanes; ++lane) {
    const abi::ring& r = *detail::at<abi::ring>(actor_->rings[lane]);
    const bool is_evictable = actor_->hand != 0 && (lane & 1) != 0;
    sum += detail::load(&r.tail) - (is_evictable ? detail::load(&r.head) : actor_->cursors[lane]);
  }
  const bool is_in_slot = actor_->hand == 0 || (actor_->lane & 1) == 0;  // the message in hand
  return is_in_slot ? sum - 1 : sum;
}

RING_D inline unsigned long long context::now() const { return detail::read_clock_ns(); }

}  // namespace ring
