// How a block runs its actor on CUDA: a persistent loop. The block's leader walks through the rings as a worker of the
// CPU device does (ring_drain.cuh). Where a handler is due it says so once, in shared memory, so that all threads of
// the block take the same way, and they run the handler on one message together. Between two messages only the leader
// works.
//
// Compiles with nvcc and with NVRTC. Limits of this version: an actor is one block; an actor that is blocked, or
// deactivated while messages wait, looks again after kMostIdleNs at the latest instead of being woken.
#pragma once

#include "ring_drain.cuh"

namespace ring::cuda {

/// What a launch gives every block.
struct launch {
  abi::u32 actors;  ///< address of as many actors' addresses as there are blocks; 0 where a block has nothing to do
  abi::u32 reserved;
  long long clock_origin_ns;  ///< Unix time in ns when %globaltimer was 0
};

inline constexpr unsigned kMostIdleNs = 2000;

/// The leader's side. Other threads have one as well and do not use it.
class leader {
 public:
  RING_D explicit leader(abi::actor& a) : actor_(a), worker_(*detail::at<abi::worker>(a.worker)) {}

  /// The next message whose handler the block runs; nullptr when the block leaves: the host asks it to, or its actor
  /// has ended. All state is in the arena by then, for a later launch on the same rings.
  RING_NOINLINE RING_D abi::header* next() {
    for (;;) {
      abi::header* message = is_open_ ? take() : nullptr;
      if (message != nullptr) return message;
      if (is_open_) close();
      if (must_leave()) return nullptr;
      wait();
      open();
    }
  }

  /// After the handler: commits what the block has sent.
  RING_NOINLINE RING_D void finish(abi::header& message, bool is_handled) {
    actor_.outbox_tail = detail::this_block().outbox_tail;
    actor_.random_counter = detail::this_block().random_counter;
    runtime::finish_message(actor_, batch_, message, runtime::end_handling(worker_, is_handled));
  }

 private:
  RING_D void open() {
    detail::store(&worker_.current, detail::address_of(&actor_));
    is_open_ = true;
    batch_.done = 0;
    if (!runtime::begin_batch(actor_, batch_)) leave_batch(batch_.result);
  }

  RING_D void close() { leave_batch(runtime::end_batch(actor_, batch_)); }

  /// `current` is cleared last: the host counts on it before it uses a released buffer's memory again.
  RING_D void leave_batch(runtime::outcome result) {
    is_open_ = false;
    const bool is_fruitful = batch_.done != 0 || result == runtime::outcome::more;
    idle_ns_ = is_fruitful ? 0 : (idle_ns_ == 0 ? 20 : (idle_ns_ < kMostIdleNs / 2 ? idle_ns_ * 2 : kMostIdleNs));
    detail::store(&worker_.current, 0u);
  }

  /// A message for the block. Those that come too late are done with here.
  RING_D abi::header* take() {
    for (;;) {
      abi::header* message = runtime::next_of_batch(actor_, batch_);
      if (message == nullptr) return nullptr;
      const abi::reason why = runtime::begin_handling(actor_, worker_, *message);
      if (why == abi::reason::none) {
        detail::this_block().outbox_tail = actor_.outbox_tail;
        detail::this_block().random_counter = actor_.random_counter;
        return message;
      }
      runtime::finish_message(actor_, batch_, *message, why);
    }
  }

  RING_D bool must_leave() {
    const abi::u32 state = actor_.ctl.state;
    if (state == static_cast<abi::u32>(abi::state::terminated)) return true;
    if (state == static_cast<abi::u32>(abi::state::failed)) return true;
    const abi::u32 epoch = detail::peek(&worker_.park);
    if (epoch == 0) return false;
    detail::store(&worker_.parked, epoch);
    return true;
  }

  /// Until it is worthwhile to walk through the rings, which costs fences and writes across PCIe.
  RING_D void wait() {
    if (idle_ns_ == 0) return;
    const bool retries = actor_.outbox_head != actor_.outbox_tail;
    do {
      __nanosleep(idle_ns_);
    } while (!retries && !is_anything_due());
    detail::read_clock(actor_.worker);
  }

  RING_D bool is_anything_due() const {
    if (detail::peek(&worker_.park) != 0 || detail::peek(&actor_.ctl.command) != actor_.ctl.acknowledged) return true;
    for (abi::u32 lane = 0; lane < abi::kLanes; ++lane) {
      const abi::ring& r = *detail::at<abi::ring>(actor_.rings[lane]);
      const abi::u32 done = runtime::is_evictable(actor_, lane) ? detail::peek(&r.head) : actor_.cursors[lane];
      if (detail::peek(&r.tail) != done || detail::peek(&r.discard_reason) != 0) return true;
    }
    return false;
  }

  abi::actor& actor_;
  abi::worker& worker_;
  runtime::batch batch_{};
  unsigned idle_ns_ = 0;
  bool is_open_ = false;
};

/// Run by all threads of the block. `dispatch(type id, payload, ctx)` runs the handler; false when there is none.
template <class Dispatch>
RING_D inline void run_block(abi::actor& a, long long clock_origin_ns, Dispatch dispatch) {
  __shared__ abi::header* decided;
  detail::block_state& block = detail::this_block();
  const bool leads = detail::is_leader();
  leader lead(a);
  if (leads) {
    block.actor = detail::address_of(&a);
    block.clock_origin_ns = clock_origin_ns;
    block.lock = 0;
    detail::read_clock(a.worker);
  }
  for (;;) {
    if (leads) decided = lead.next();
    __syncthreads();
    abi::header* message = decided;
    if (message == nullptr) return;
    context ctx(a, *message);
    const bool is_handled = dispatch(message->type_id, message + 1, ctx);
    __syncthreads();  // everything is in the outbox, and everybody has read what was decided
    if (leads) lead.finish(*message, is_handled);
  }
}

}  // namespace ring::cuda
