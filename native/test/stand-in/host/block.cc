#include "block.h"

#include <sched.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "grid.h"
#include "settings.h"

namespace standin {

namespace {

thread_local block* the_block = nullptr;

}

u64 monotonic_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<u64>(now.tv_sec) * 1'000'000'000u + static_cast<u64>(now.tv_nsec);
}

block* block::here() { return the_block; }

block::block(grid& of, index3 index, const thread_view** current) : grid_(of), current_view_(current) {
  const index3 dim = of.block_dim();
  threads_.resize(size_t{dim.x} * dim.y * dim.z);
  const auto stack_bytes = static_cast<size_t>(settings::get().number("stack_kb")) << 10;
  unsigned rank = 0;
  for (cuda_thread& thread : threads_) {
    thread.rank = rank;
    thread.view = {{rank % dim.x, rank / dim.x % dim.y, rank / dim.x / dim.y}, index, dim, of.grid_dim()};
    thread.stack = take_stack(stack_bytes);
    if (thread.stack.bottom == nullptr) std::abort();
    prepare(thread.where, thread.stack, &block::run_thread);
    ready_.push_back(&thread);
    ++rank;
  }
  // It ends where a page begins that nobody may touch.
  const auto page = static_cast<size_t>(getpagesize());
  const size_t bytes = (of.shared_bytes() + 15) / 16 * 16;
  shared_page_bytes_ = (bytes + page - 1) / page * page + page;
  shared_pages_ = mmap(nullptr, shared_page_bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  shared_ = static_cast<char*>(shared_pages_) + shared_page_bytes_ - page - bytes;
  mprotect(static_cast<char*>(shared_pages_) + shared_page_bytes_ - page, page, PROT_NONE);
  // A GPU does not clear it either.
  std::fill(shared_, shared_ + bytes, static_cast<char>(0xa5));
}

block::~block() {
  for (const cuda_thread& thread : threads_) give_back_stack(thread.stack);
  munmap(shared_pages_, shared_page_bytes_);
}

bool block::run() {
  the_block = this;
  while (returned_ < threads_.size() && !is_abandoned_) {
    if (is_asked_to_leave) break;
    if (!sleepers_.empty() && (ready_.empty() || ++turns_ % 16 == 0)) wake_sleepers(false);
    if (ready_.empty() && !release_active_masks()) {
      if (sleepers_.empty()) {
        grid_.fail_context(719, stuck());
        break;
      }
      wake_sleepers(true);
      continue;
    }
    cuda_thread& next = *ready_.front();
    ready_.pop_front();
    resume(next);
  }
  the_block = nullptr;
  return returned_ == threads_.size();
}

void block::resume(cuda_thread& thread) {
  running_ = &thread;
  *current_view_ = &thread.view;
  switch_execution(scheduler_, thread.where, false);
  arrive(scheduler_, thread.where);
  running_ = nullptr;
}

void block::run_thread() {
  block& b = *the_block;
  arrive(b.running_->where, b.scheduler_);
  b.leave_host();
  b.grid_.call();
  b.enter_host();
  b.thread_returned(*b.running_);
  switch_execution(b.running_->where, b.scheduler_, true);
  __builtin_unreachable();
}

/// The running fiber's; in a host section.
void block::suspend(waits_for what) {
  cuda_thread& thread = *running_;
  thread.waiting = what;
  switch_execution(thread.where, scheduler_, false);
  arrive(thread.where, scheduler_);
}

void block::leave_host() {
  std::atomic_signal_fence(std::memory_order_seq_cst);
  in_device_ = 1;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  if (is_asked_to_leave) abandon();
}

void block::leave_when_asked() {
  if (in_device_ != 0) abandon();
}

void block::abandon() {
  enter_host();
  is_abandoned_ = true;
  switch_execution(running_->where, scheduler_, true);
  __builtin_unreachable();
}

void block::fail(int code, const std::string& why) {
  enter_host();
  grid_.fail_context(code, place() + ": " + why);
  abandon();
}

void block::make_ready(cuda_thread& thread) {
  thread.waiting = waits_for::nothing;
  ready_.push_back(&thread);
}

u32 block::barrier(u32 id, u32 threads, bool predicate) {
  const host_section section(*this);
  barrier_state& state = barriers_[id];
  if (state.arrived != 0 && state.expected != threads)
    fail(719, "barrier " + std::to_string(id) + " is waited at for " + std::to_string(state.expected) +
                  " threads by some and for " + std::to_string(threads) + " by others");
  cuda_thread& thread = *running_;
  thread.barrier = id;
  state.expected = threads;
  state.arrived += 1;
  state.predicates += predicate ? 1 : 0;
  thread.waiting = waits_for::barrier;
  complete_barrier(id);
  suspend(thread.waiting);
  return static_cast<u32>(thread.outcome);
}

void block::complete_barrier(u32 id) {
  barrier_state& state = barriers_[id];
  const auto present = static_cast<u32>(threads_.size()) - returned_;
  if (state.arrived == 0 || state.arrived < (state.expected == 0 ? present : state.expected)) return;
  const u32 predicates = state.predicates;
  state = {};
  for (cuda_thread& each : threads_) {
    if (each.waiting != waits_for::barrier || each.barrier != id) continue;
    each.outcome = predicates;
    make_ready(each);
  }
}

void block::grid_barrier() {
  barrier(0, 0, false);
  if (running_->rank == 0) {
    const host_section section(*this);
    const unsigned round = grid_.arrive();
    while (!grid_.is_past(round) && !is_asked_to_leave) sleep_until(monotonic_ns() + 20'000);
  }
  barrier(0, 0, false);
}

void block::pause(u32 ns) {
  const host_section section(*this);
  const u64 least_ns = static_cast<u64>(settings::get().number("least_pause_us")) * 1000;
  if (ns != 0) return sleep_until(monotonic_ns() + std::max<u64>(ns, least_ns));
  // Everybody else has a turn, and so have the threads of other blocks.
  if (ready_.empty()) sched_yield();
  ready_.push_back(running_);
  suspend(waits_for::nothing);
}

void block::sleep_until(u64 ns) {
  running_->wake_ns = ns;
  sleepers_.push_back(running_);
  suspend(waits_for::time);
}

void block::wake_sleepers(bool must_wait) {
  const u64 now = monotonic_ns();
  u64 earliest = ~u64{0};
  std::erase_if(sleepers_, [&](cuda_thread* each) {
    if (each->wake_ns > now) {
      earliest = std::min(earliest, each->wake_ns);
      return false;
    }
    make_ready(*each);
    return true;
  });
  if (!must_wait || !ready_.empty()) return;
  const u64 ns = std::min<u64>(earliest - now, 1'000'000);
  if (ns <= static_cast<u64>(settings::get().number("spin_us")) * 1000) {
    sched_yield();
    return;
  }
  const timespec pause{0, static_cast<long>(ns)};
  nanosleep(&pause, nullptr);  // a signal that asks to leave ends it
}

void block::thread_returned(cuda_thread& thread) {
  thread.waiting = waits_for::returned;
  returned_ += 1;
  for (u32 id = 0; id < kBarriers; ++id)
    if (barriers_[id].expected == 0) complete_barrier(id);
  const unsigned first = thread.rank / kWarp * kWarp;
  for (unsigned rank = first; rank < std::min<size_t>(first + kWarp, threads_.size()); ++rank)
    if (threads_[rank].waiting == waits_for::warp) complete_warp(rank / kWarp, threads_[rank].mask);
}

bool block::owns(const volatile void* p, size_t bytes) const {
  const auto at = reinterpret_cast<uintptr_t>(p);
  const auto lies_in = [&](const void* from, size_t size) {
    const auto begin = reinterpret_cast<uintptr_t>(from);
    return at >= begin && at + bytes <= begin + size;
  };
  if (lies_in(shared_, grid_.shared_bytes())) return true;
  return std::ranges::any_of(threads_,
                             [&](const cuda_thread& each) { return lies_in(each.stack.bottom, each.stack.bytes); });
}

bool block::is_overflow(const void* address) const {
  if (running_ == nullptr) return false;
  const auto at = reinterpret_cast<uintptr_t>(address), bottom = reinterpret_cast<uintptr_t>(running_->stack.bottom);
  return at < bottom && at >= bottom - static_cast<uintptr_t>(getpagesize());
}

std::string block::place() const {
  const thread_view& at = running_ == nullptr ? threads_[0].view : running_->view;
  char text[256];
  std::snprintf(text, sizeof text, "kernel %s, block (%u,%u,%u), thread (%u,%u,%u)", grid_.name(), at.block.x,
                at.block.y, at.block.z, at.thread.x, at.thread.y, at.thread.z);
  return text;
}

/// Why nobody can go on: a GPU would hang.
std::string block::stuck() const {
  std::string text =
      std::string("kernel ") + grid_.name() + ": all threads of a block wait for each other, a GPU would hang:";
  for (const cuda_thread& each : threads_) {
    if (each.waiting == waits_for::returned) continue;
    text += " thread " + std::to_string(each.rank);
    if (each.waiting == waits_for::barrier) text += " at barrier " + std::to_string(each.barrier);
    char mask[32];
    std::snprintf(mask, sizeof mask, " in a warp's 0x%x", each.mask);
    if (each.waiting == waits_for::warp) text += mask;
    if (text.size() > 400) return text + " …";
  }
  return text;
}

}
