// Threads of blocks: the functions in which they wait, and the one that runs them.
//
// Runs on the CPU device only (Clang, wasm32). Compiled once, and linked with programs whose blocks have several
// threads.
#include "ring_cpu.h"

#include "ring_fibers.h"
#include "ring_scheduler.h"

namespace ring::simt {

namespace {

[[noreturn]] void fail_barrier(const char* file, u32 line) {
  ring_host_fail_at(file, line);
  detail::fail(detail::failure::bad_barrier);
}

}  // namespace

u64 sync_block(u32 id, u32 count, bool vote, const char* file, u32 line) {
  fiber* f = here.self;
  if (f != nullptr && comes_back(*f)) return f->result;
  if (id >= kBarriers || count > thread_count() || count % kWarpSize != 0) fail_barrier(file, line);
  if (f == nullptr) return vote ? 1ull << 32 | 1 : 1;
  block& b = home_of(*f);
  barrier& at = b.barriers[id];
  if (at.arrived != 0 && at.wanted != count) fail_barrier(file, line);
  if (at.arrived == 0) {
    at.first = {file, line};
    at.wanted = count;
  } else if (id == 0 && !is_same(at.first, {file, line})) {
    at.is_mixed = 1;  // named barriers are there to be met at from different code
  }
  f->what = op::block_barrier;
  f->barrier_id = id;
  f->where = {file, line};
  b.at_barrier += 1;
  at.arrived += 1;
  at.yes += vote ? 1 : 0;
  if (is_complete(b, at)) return open_barrier(b, id, f);
  leave(*f);
  return 0;
}

bool is_grid_together() {
  if (here.self == nullptr) return true;
  const launch& l = *home_of(*here.self).of->what;
  return l.block_count == l.grid_dim.x * l.grid_dim.y * l.grid_dim.z;
}

void sync_grid(const char* file, u32 line) {
  fiber* f = here.self;
  if (f == nullptr || comes_back(*f)) return;
  if (!is_grid_together()) {
    ring_host_fail_at(file, line);
    detail::fail(detail::failure::not_cooperative);
  }
  f->what = op::grid_barrier;
  f->where = {file, line};
  home_of(*f).at_grid += 1;
  leave(*f);
}

u64 exchange(op what, u32 mask, u64 value, u32 parameter, const char* file, u32 line) {
  fiber* f = here.self;
  if (f == nullptr) return exchange_alone(what, mask, value, parameter);
  if (comes_back(*f)) return f->result;
  f->where = {file, line};
  if ((mask & bit_of(*f)) == 0) {
    ring_host_fail_at(file, line);
    detail::fail(detail::failure::not_in_mask);
  }
  f->what = what;
  f->mask = mask;
  f->value = value;
  f->parameter = parameter;
  warp_of(*f).exchanging |= bit_of(*f);
  if (try_exchange(*f, f)) return f->result;
  leave(*f);
  return 0;
}

u32 active_mask(const char* file, u32 line) {
  fiber* f = here.self;
  if (f == nullptr) return 1;
  if (comes_back(*f)) return static_cast<u32>(f->result);
  f->what = op::active_mask;
  f->where = {file, line};
  warp_of(*f).probing |= bit_of(*f);
  leave(*f);
  return 0;
}

void yield() {
  fiber* f = here.self;
  if (f == nullptr || comes_back(*f)) return;
  f->what = op::yield;
  home_of(*f).slept += 1;
  leave(*f);
}

}  // namespace ring::simt

extern "C" __attribute__((export_name("ring_run_threads"))) void ring_run_threads(::ring::simt::launch* l) {
  using namespace ring::simt;
  const auto& worker = *ring::detail::at<ring::abi::worker>(l->worker);
  const u32 own_data = shared_data();
  run& r = *ring::detail::at<run>(worker.fiber_memory);
  if (worker.fiber_bytes < sizeof(run)) ring::detail::fail(ring::detail::failure::too_many_threads);
  r = run{};
  r.what = l;
  r.threads = l->block_dim.x * l->block_dim.y * l->block_dim.z;
  lay_out(r, worker);
  run_blocks(r);
  set_shared_data(own_data);
}

// Whose fault a trap was, asked before anything is reset.
extern "C" __attribute__((export_name("ring_fault_block"))) ::ring::abi::u32 ring_fault_block() {
  return ::ring::simt::here.self == nullptr ? ~0u : ::ring::simt::block_rank();
}
extern "C" __attribute__((export_name("ring_fault_thread"))) ::ring::abi::u32 ring_fault_thread() {
  return ::ring::simt::here.self == nullptr ? ~0u : ::ring::simt::thread_rank();
}
