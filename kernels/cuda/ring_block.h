// How blocks run their actor on CUDA: a persistent loop. The leader, a thread of the actor's first block, walks through
// the rings as a worker of the CPU device does (ring_drain.cuh). Where a handler is due, or all are to leave, it says
// so once: in shared memory to its own block, and where there are more in words that all blocks see. So all threads
// take the same way, run the handler on one message together, and the leader commits when all have returned. Between
// two messages only the leader works.
//
// Compiles with nvcc and with NVRTC.
#pragma once

#include "ring_drain.cuh"

namespace ring::cuda {

/// How long blocks that have nothing to do sleep between two looks: briskly at first, for an answer that is on its way;
/// then longer and longer; and after so many looks, which take them a millisecond or more, at rest. A look crosses
/// PCIe, and many may look.
inline constexpr unsigned kFirstIdleNs = 20;
inline constexpr unsigned kBriskLooks = 64;
inline constexpr unsigned kMostIdleNs = 2000;
inline constexpr unsigned kRestNs = 20'000;
inline constexpr unsigned kRestLooks = 576;

/// The leader's side. Other threads have one as well and do not use it.
class leader {
 public:
  RING_D leader(abi::actor& a, const abi::actor_launch& l)
      : actor_(a),
        worker_(*detail::at<abi::worker>(a.worker)),
        slice_ns_(l.slice_us * abi::u64{1000}),
        most_idle_ns_(l.idle_us * abi::u64{1000}) {
    if (slice_ns_ != 0) began_ns_ = busy_ns_ = detail::read_global_timer();
  }

  /// The next message whose handler the blocks run; nullptr when they leave: the host asks them to, their slice is
  /// over, or their actor has ended. All state is in the arena by then, for a later launch on the same rings.
  RING_NOINLINE RING_D abi::header* next() {
    for (;;) {
      abi::header* message = is_open_ ? take() : nullptr;
      if (message != nullptr) return message;
      if (is_open_) leave_batch(runtime::end_batch(actor_, batch_));
      if (must_leave()) return nullptr;
      wait();
      open();
    }
  }

  /// After the handler: commits what the actor has sent.
  RING_NOINLINE RING_D void finish(abi::header& message, bool is_handled) {
    detail::block_state& block = detail::this_block();
    if (detail::grid_words* grid = block.grid) {
      actor_.outbox_tail = detail::load_volatile(&grid->outbox_tail);
      actor_.random_counter = *const_cast<const volatile abi::u64*>(&grid->random_counter);
    } else {
      actor_.outbox_tail = block.outbox_tail;
      actor_.random_counter = block.random_counter;
    }
    runtime::finish_message(actor_, batch_, message, runtime::end_handling(worker_, is_handled));
    abi::u32* has_printed = block.grid != nullptr ? &block.grid->has_printed : &block.has_printed;
    if (detail::load_volatile(has_printed) == 0) return;
    detail::store_volatile(has_printed, 0);
    runtime::tell_host(actor_);
  }

  /// The last word of the actor's blocks: from then on none touches anything of it, and others may be launched.
  RING_D void part() { detail::store(&worker_.parked, why_); }

 private:
  /// Bells first: what rings them from now on may be too late for this batch. `current` and the heartbeat are seen
  /// before the batch looks at anything, by a host that releases what handlers may use.
  RING_D void open() {
    doorbell_ = detail::peek(&worker_.doorbell);
    posted_ = detail::peek(host_bells());
    detail::store(&worker_.current, detail::address_of(&actor_));
    detail::store_volatile(&actor_.ctl.heartbeat, actor_.ctl.heartbeat + 1);
    detail::fence();
    is_open_ = true;
    batch_.done = 0;
    if (!runtime::begin_batch(actor_, batch_)) leave_batch(batch_.result);
  }

  /// `current` is cleared last: the host counts on it before it uses a released buffer's memory again.
  RING_D void leave_batch(runtime::outcome result) {
    is_open_ = false;
    const bool is_fruitful = batch_.done != 0 || result == runtime::outcome::more;
    if (is_fruitful && most_idle_ns_ != 0) busy_ns_ = detail::read_global_timer();
    if (is_fruitful) {
      pause_ns_ = 0;
    } else if (pause_ns_ == 0) {
      pause_ns_ = kFirstIdleNs;
      looks_ = 0;
    }
    detail::store(&worker_.current, 0u);
  }

  /// A message for the blocks. Those that come too late are done with here.
  RING_D abi::header* take() {
    for (;;) {
      abi::header* message = runtime::next_of_batch(actor_, batch_);
      if (message == nullptr) return nullptr;
      const abi::reason why = runtime::begin_handling(actor_, worker_, *message);
      if (why == abi::reason::none) {
        share_counters();
        return message;
      }
      runtime::finish_message(actor_, batch_, *message, why);
    }
  }

  /// Those that threads of the handler move.
  RING_D void share_counters() const {
    detail::block_state& block = detail::this_block();
    if (detail::grid_words* grid = block.grid) {
      grid->outbox_tail = actor_.outbox_tail;
      grid->random_counter = actor_.random_counter;
    } else {
      block.outbox_tail = actor_.outbox_tail;
      block.random_counter = actor_.random_counter;
    }
  }

  /// Why is what `part` says.
  RING_D bool must_leave() {
    const abi::u32 state = actor_.ctl.state;
    if (state == static_cast<abi::u32>(abi::state::terminated) || state == static_cast<abi::u32>(abi::state::failed)) {
      runtime::obey(actor_);  // takes note of a command that came too late
      detail::store(&actor_.waiting_on, 0u);
      runtime::tell_host(actor_);
      why_ = abi::kHasLeft;
      return true;
    }
    why_ = detail::peek(&worker_.park);
    if (why_ == 0 && is_over()) why_ = abi::kSliceIsOver;
    return why_ != 0;
  }

  RING_D bool is_over() const {
    if (slice_ns_ == 0) return false;
    const abi::u64 now = detail::read_global_timer();
    return now - began_ns_ >= slice_ns_ || (most_idle_ns_ != 0 && now - busy_ns_ >= most_idle_ns_);
  }

  /// Until it is worthwhile to walk through the rings, which takes many looks and fences: who sends the actor something
  /// rings a bell behind it. Who waits for room is not told, and tries again.
  RING_NOINLINE RING_D void wait() {
    if (pause_ns_ == 0) return;
    const bool retries = actor_.outbox_head != actor_.outbox_tail;
    do {
      __nanosleep(pause_ns_);
      lengthen_pause();
    } while (!retries && !is_rung() && !is_over());
    detail::read_clock(actor_.worker);
  }

  RING_D void lengthen_pause() {
    ++looks_;
    if (looks_ == kRestLooks) pause_ns_ = kRestNs;
    if (looks_ < kBriskLooks || pause_ns_ >= kMostIdleNs) return;
    pause_ns_ = pause_ns_ < kMostIdleNs / 2 ? pause_ns_ * 2 : kMostIdleNs;
  }

  /// Both looks are on their way across PCIe at a time.
  RING_D bool is_rung() const {
    return ((detail::peek(&worker_.doorbell) ^ doorbell_) | (detail::peek(host_bells()) ^ posted_)) != 0;
  }

  /// `mail` and `park`, which follows it.
  RING_D const abi::u64* host_bells() const { return reinterpret_cast<const abi::u64*>(&worker_.mail); }

  abi::actor& actor_;
  abi::worker& worker_;
  runtime::batch batch_{};
  const abi::u64 slice_ns_;  ///< 0: there are none
  const abi::u64 most_idle_ns_;
  abi::u64 began_ns_ = 0;
  abi::u64 busy_ns_ = 0;  ///< when there was something to do last
  abi::u64 posted_ = 0;   ///< the bells as they were when the batch began
  abi::u32 doorbell_ = 0;
  abi::u32 why_ = 0;  ///< they leave
  unsigned pause_ns_ = 0;
  unsigned looks_ = 0;
  bool is_open_ = false;
};

/// Run by one thread of each block: finds out whose block this is.
RING_NOINLINE RING_D inline void enter(const abi::actor_launch& l) {
  detail::block_state& block = detail::this_block();
  const abi::u32* actors = detail::at<abi::u32>(l.actors);
  const abi::u32* dim = detail::at<abi::actor>(actors[0])->grid_dim;  // those of all of them
  const abi::u32 blocks = dim[0] * dim[1] * dim[2];
  const abi::u32 rank = detail::launched_block() % blocks;
  block.actor = actors[detail::launched_block() / blocks];
  const abi::actor& a = *detail::at<abi::actor>(block.actor);
  block.block_index = make_uint3(a.instance * dim[0] + rank % dim[0], rank / dim[0] % dim[1], rank / dim[0] / dim[1]);
  block.grid_dim = make_uint3(dim[0] * a.instances, dim[1], dim[2]);
  block.report = detail::at<abi::worker>(a.worker)->report;
  block.clock_origin_ns = l.clock_origin_ns;
  block.lock = 0;
  block.is_meeting = 0;
  block.has_printed = 0;
  block.is_first = rank == 0;
  block.blocks = blocks;
  block.grid = blocks == 1 ? nullptr : detail::find_grid(block.actor);
  block.mark = detail::kInActor;
  if (blocks != 1 && block.grid == nullptr) detail::fail(abi::failure::too_many_threads);
  if (block.is_first) detail::read_clock(a.worker);
}

/// Blocks of a plain function that comes after this one do not take themselves for the actor's.
RING_D inline void leave() { detail::this_block().mark = 0; }

/// What the actor's first block has decided, for all of them.
RING_NOINLINE RING_D inline abi::header* agree(detail::grid_words& grid, abi::header* decided) {
  const detail::block_state& block = detail::this_block();
  if (block.is_first) detail::store_volatile(&grid.decided, decided == nullptr ? 0 : detail::address_of(decided));
  detail::meet(grid, block.blocks, false, kMostIdleNs);
  if (block.is_first) return decided;
  const abi::u32 address = detail::load_volatile(&grid.decided);
  return address == 0 ? nullptr : detail::at<abi::header>(address);
}

/// When all threads of this block have returned from the handler: until those of the others have. They may still wait
/// for the whole grid.
RING_D inline void wait_for_blocks(detail::grid_words& grid) {
  while (detail::meet(grid, detail::this_block().blocks, false, detail::kBriskNs) != 0) {
  }
}

/// Run by all threads of the launch. `dispatch(state's address, type id, payload, ctx)` runs the handler; false when
/// there is none.
template <class Dispatch>
RING_D inline void run_block(const abi::actor_launch& l, Dispatch dispatch) {
  __shared__ abi::header* decided;
  detail::block_state& block = detail::this_block();
  const bool leads = detail::is_leader();
  if (leads) enter(l);
  detail::count_at_barrier(false);
  abi::actor& a = *detail::at<abi::actor>(block.actor);
  const abi::u32 state = a.state_address;
  leader lead(a, l);
  detail::grid_words* const grid = block.grid;
  for (;;) {
    if (leads) {
      if (block.is_first) decided = lead.next();
      if (grid != nullptr) decided = agree(*grid, decided);
    }
    detail::count_at_barrier(false);
    abi::header* message = decided;
    if (message == nullptr) break;
    context ctx(a, *message);
    const bool is_handled = dispatch(state, message->type_id, message + 1, ctx);
    detail::wait_for_handlers();  // everything is in the outbox, and everybody has read what was decided
    if (!leads) continue;
    if (grid != nullptr) wait_for_blocks(*grid);
    if (block.is_first) lead.finish(*message, is_handled);
  }
  if (!leads) return;
  if (grid != nullptr) detail::meet(*grid, block.blocks, false, kMostIdleNs);  // all have read what was decided
  if (block.is_first) lead.part();
  leave();
}

}  // namespace ring::cuda
