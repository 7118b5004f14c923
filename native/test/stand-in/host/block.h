// One block while it runs: its CUDA threads, who of them waits for what, and its shared memory. All of it belongs to
// one host thread.
#pragma once

#include <atomic>
#include <csignal>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "../device/module_abi.h"
#include "fiber.h"

namespace standin {

using namespace ring_standin;

class grid;

inline constexpr unsigned kWarp = 32;
inline constexpr unsigned kBarriers = 16;

enum class waits_for : unsigned char { nothing, barrier, warp, active_mask, time, returned };

struct cuda_thread {
  thread_view view;
  execution where;
  fiber_stack stack;
  waits_for waiting = waits_for::nothing;
  unsigned rank = 0;
  u64 wake_ns = 0;
  // of the barrier or warp operation that it waits in
  u32 barrier = 0;
  warp_op op = warp_op::sync;
  u32 mask = 0;
  u32 argument = 0;
  u64 value = 0;
  u64 outcome = 0;
};

class block {
 public:
  block(grid& of, index3 index, const thread_view** current);
  ~block();
  block(const block&) = delete;
  block& operator=(const block&) = delete;

  /// False: it has been abandoned, because its context has failed.
  bool run();

  /// Of the calling thread; nullptr where it runs none.
  static block* here();

  // What the services of device code do: called on a fiber.
  u32 barrier(u32 id, u32 threads, bool predicate);
  void grid_barrier();
  u64 warp(warp_op op, u32 mask, u64 value, u32 argument);
  u32 active_mask();
  void pause(u32 ns);

  /// Ends the context and the block, and does not return. On a fiber, or in the handler of a signal that it got.
  [[noreturn]] void fail(int code, const std::string& why);
  /// As `block (0,0,0), thread (3,0,0) of kernel ring_run_x`.
  std::string place() const;

  /// In the handler of the signal that asks all blocks of a failed context to leave.
  void leave_when_asked();
  std::atomic<bool> is_asked_to_leave{false};

  grid& of() { return grid_; }
  char* dynamic_shared() const { return shared_; }
  /// Whether all the bytes are some thread's stack or the block's dynamic shared memory.
  bool owns(const volatile void* p, size_t bytes) const;
  /// Whether the address lies in the page below the running fiber's stack.
  bool is_overflow(const void* address) const;

  /// Between these a signal does not abandon the block: it may hold a lock.
  void enter_host() { in_device_ = 0; }
  void leave_host();

 private:
  struct barrier_state {
    u32 arrived = 0;
    u32 expected = 0;  ///< 0: all that have not returned
    u32 predicates = 0;
  };

  static void run_thread();
  void resume(cuda_thread& thread);
  void suspend(waits_for what);
  void make_ready(cuda_thread& thread);
  void complete_barrier(u32 id);
  void complete_warp(unsigned warp, u32 mask);
  void finish_warp(unsigned first, u32 lanes, u32 mask);
  bool release_active_masks();
  void sleep_until(u64 ns);
  void wake_sleepers(bool must_wait);
  void thread_returned(cuda_thread& thread);
  [[noreturn]] void abandon();
  std::string stuck() const;

  grid& grid_;
  const thread_view** current_view_;
  std::vector<cuda_thread> threads_;
  std::deque<cuda_thread*> ready_;
  std::vector<cuda_thread*> sleepers_;
  barrier_state barriers_[kBarriers];
  cuda_thread* running_ = nullptr;
  execution scheduler_;
  unsigned returned_ = 0;
  unsigned turns_ = 0;
  bool is_abandoned_ = false;
  volatile std::sig_atomic_t in_device_ = 0;
  char* shared_ = nullptr;
  void* shared_pages_ = nullptr;
  size_t shared_page_bytes_ = 0;
};

/// Host-side work on behalf of device code.
class host_section {
 public:
  explicit host_section(block& b) : block_(b) { block_.enter_host(); }
  ~host_section() { block_.leave_host(); }
  host_section(const host_section&) = delete;
  host_section& operator=(const host_section&) = delete;

 private:
  block& block_;
};

u64 monotonic_ns();

}
