// Cooperative groups: each thread's result in its place of a row. cooperative_groups.test.ts computes them itself.
#include <cooperative_groups.h>
#include <cooperative_groups/memcpy_async.h>
#include <cooperative_groups/reduce.h>
#include <cooperative_groups/scan.h>
#include <ring_kernel.cuh>

namespace cg = cooperative_groups;

struct Do {
  uint32_t what;
  uint32_t a = 0;
  uint32_t size = 0;
};
struct Row {
  uint32_t values[96];
};

__device__ inline uint32_t scramble(uint32_t x) {
  x = (x ^ (x >> 16)) * 0x45d9f3bu;
  return x ^ (x >> 16);
}

/// x -> factor * x + term. Put together in another order they give another map.
struct Map {
  uint32_t factor, term;
};
struct Then {
  __device__ Map operator()(Map first, Map next) const {
    return {first.factor * next.factor, next.factor * first.term + next.term};
  }
};
struct Wide {
  uint32_t words[6];
};
struct AddWide {
  __device__ Wide operator()(Wide a, const Wide& b) const {
    for (int i = 0; i < 6; ++i) a.words[i] += b.words[i];
    return a;
  }
};
__device__ inline Wide wide(uint32_t value) { return {{value, value + 1, value + 2, value * 3, value * 5, value * 7}}; }
__device__ inline uint32_t mixed(const Wide& w) {
  uint32_t mix = 0;
  for (uint32_t word : w.words) mix = mix * 31 + word;
  return mix;
}

template <class Group>
__device__ inline uint32_t place(const Group& group) {
  return group.thread_rank() | group.size() << 8 | group.meta_group_rank() << 16 | group.meta_group_size() << 24;
}

template <unsigned Size, class Parent>
__device__ inline uint32_t shuffled_xor(const cg::thread_block_tile<Size, Parent>& tile, uint32_t value, uint32_t by) {
  return tile.shfl_xor(value, by);
}
__device__ inline uint32_t shuffled_xor(const cg::coalesced_group&, uint32_t value, uint32_t) { return value; }

template <class Group>
__device__ uint32_t exchanged(const Group& group, const Do& msg, uint32_t value) {
  int all = 0;
  switch (msg.what) {
    case 0:
      return group.shfl(value, static_cast<int>(msg.a % group.size()));
    case 1:
      return group.shfl_up(value, msg.a);
    case 2:
      return group.shfl_down(value, msg.a);
    case 3:
      return shuffled_xor(group, value, msg.a % group.size());
    case 4:
      return group.ballot(value % 3 == 0);
    case 5:
      return static_cast<uint32_t>(group.any(value % 3 == 0));
    case 6:
      return static_cast<uint32_t>(group.all(value % 3 != 0));
    case 7:
      return group.match_any(value % 3);
    case 8:
      return group.match_all(value % 2, all) | static_cast<uint32_t>(all) << 31;
    case 9:
      return place(group);
    case 10:
      return mixed(group.shfl(wide(value), static_cast<int>(msg.a % group.size())));
    case 11:
      return static_cast<uint32_t>(group.shfl_up(static_cast<unsigned long long>(value) << 13, 1) >> 13);
    case 12:
      return mixed(group.shfl_down(wide(value), 1));
    case 13:
      return place(cg::labeled_partition(group, value % 3));
    case 14:
      return place(cg::binary_partition(group, value % 3 == 0));
    default:
      return cg::reduce(cg::labeled_partition(group, static_cast<int>(value % 3)), value, cg::plus<uint32_t>());
  }
}

template <class Group>
__device__ uint32_t reduced(const Group& group, const Do& msg, uint32_t value) {
  const auto number = static_cast<int>(value);
  switch (msg.what) {
    case 20:
      return cg::reduce(group, value, cg::plus<uint32_t>());
    case 21:
      return static_cast<uint32_t>(cg::reduce(group, number, cg::less<int>()));
    case 22:
      return cg::reduce(group, value, cg::greater<uint32_t>());
    case 23:
      return cg::reduce(group, value, cg::bit_and<uint32_t>());
    case 24:
      return cg::reduce(group, value, cg::bit_or<uint32_t>());
    case 25:
      return cg::reduce(group, value, cg::bit_xor<uint32_t>());
    case 26:
      return static_cast<uint32_t>(cg::reduce(group, static_cast<float>(value % 1024), cg::plus<float>()));
    case 27:
      return mixed(cg::reduce(group, wide(value), AddWide()));
    case 28: {
      const unsigned long long large = static_cast<unsigned long long>(value) << 24;
      return static_cast<uint32_t>(
          cg::reduce(group, large, [](unsigned long long a, unsigned long long b) { return a > b ? a : b; }) >> 24);
    }
    default:
      return static_cast<uint32_t>(cg::reduce(group, static_cast<short>(value), cg::less<short>()));
  }
}

template <class Group>
__device__ uint32_t scanned(const Group& group, const Do& msg, uint32_t value) {
  switch (msg.what) {
    case 30:
      return cg::inclusive_scan(group, value);
    case 31:
      return cg::exclusive_scan(group, value);
    case 32:
      return cg::inclusive_scan(group, value, cg::greater<uint32_t>());
    case 33:
      return cg::exclusive_scan(group, value, cg::greater<uint32_t>());
    case 34: {
      const Map map = cg::inclusive_scan(group, Map{value | 1, value >> 3}, Then());
      return map.factor * 31 + map.term;
    }
    default:
      return mixed(cg::inclusive_scan(group, wide(value), AddWide()));
  }
}

template <class Group>
__device__ __noinline__ uint32_t collective(const Group& group, const Do& msg, uint32_t value) {
  if (msg.what < 20) return exchanged(group, msg, value);
  return msg.what < 30 ? reduced(group, msg, value) : scanned(group, msg, value);
}

template <unsigned Size>
__device__ uint32_t in_tile(const Do& msg, uint32_t value) {
  return collective(cg::tiled_partition<Size>(cg::this_thread_block()), msg, value);
}

/// A tile of a tile.
template <unsigned Size>
__device__ uint32_t in_sub_tile(const Do& msg, uint32_t value) {
  const auto warp = cg::tiled_partition<32>(cg::this_thread_block());
  return collective(cg::tiled_partition<Size>(warp), msg, value);
}

__device__ void answer(ring::context& ctx, Row& row, uint32_t result) {
  row.values[threadIdx.x] = result;
  cg::this_thread_block().sync();
}

RING_KERNEL(tiles);
RING_BLOCK(tiles, 96);
RING_OUTPUT(tiles, rows, Row);
RING_ON(tiles, Do) {
  __shared__ Row row;
  const uint32_t value = scramble(threadIdx.x + msg.a);
  uint32_t result = 0;
  switch (msg.size) {
    case 1:
      result = in_tile<1>(msg, value);
      break;
    case 2:
      result = in_tile<2>(msg, value);
      break;
    case 4:
      result = in_tile<4>(msg, value);
      break;
    case 8:
      result = in_tile<8>(msg, value);
      break;
    case 16:
      result = in_tile<16>(msg, value);
      break;
    case 32:
      result = in_tile<32>(msg, value);
      break;
    default:
      result = in_sub_tile<4>(msg, value);
  }
  answer(ctx, row, result);
  if (ctx.leader()) ctx.emit(rows, row);
}

RING_KERNEL(branches);
RING_BLOCK(branches, 96);
RING_OUTPUT(branches, rows, Row);
RING_ON(branches, Do) {
  __shared__ Row row;
  const uint32_t value = scramble(threadIdx.x + msg.a);
  uint32_t result = 0;
  if (value % msg.size == 0) {
    const cg::coalesced_group here = cg::coalesced_threads();
    result = collective(here, msg, value);
  } else if (value % msg.size == 1) {
    const cg::coalesced_group here = cg::coalesced_threads();
    result = collective(cg::tiled_partition(here, 4), msg, value);
  }
  answer(ctx, row, result);
  if (ctx.leader()) ctx.emit(rows, row);
}

/// Knows nothing of the group but what all have. `memory` has room for one value of each thread.
__device__ __noinline__ uint32_t sum_of(const cg::thread_group& group, uint32_t* memory, uint32_t value) {
  const auto rank = static_cast<uint32_t>(group.thread_rank());
  memory[rank] = value;
  cg::sync(group);
  uint32_t sum = 0;
  for (uint32_t other = 0; other < group.size(); ++other) sum += memory[other];
  group.sync();
  return sum;
}

/// One atomic for all threads that ask at the same time.
__device__ uint32_t take_ticket(uint32_t* next, uint32_t* atomics) {
  const cg::coalesced_group asking = cg::coalesced_threads();
  uint32_t first = 0;
  if (asking.thread_rank() == 0) {
    first = atomicAdd(next, asking.size());
    atomicAdd(atomics, 1u);
  }
  return asking.shfl(first, 0) + asking.thread_rank();
}

__device__ uint32_t sum_of_block(uint32_t value, uint32_t* sums) {
  const cg::thread_block block = cg::this_thread_block();
  const auto warp = cg::tiled_partition<32>(block);
  const uint32_t sum = cg::reduce(warp, value, cg::plus<uint32_t>());
  if (warp.thread_rank() == 0) sums[warp.meta_group_rank()] = sum;
  block.sync();
  uint32_t all = 0;
  for (uint32_t each = 0; each < warp.meta_group_size(); ++each) all += sums[each];
  block.sync();
  return all;
}

__device__ uint32_t scan_of_block(uint32_t value, uint32_t* sums) {
  const cg::thread_block block = cg::this_thread_block();
  const auto warp = cg::tiled_partition<32>(block);
  const uint32_t sum = cg::inclusive_scan(warp, value);
  if (warp.thread_rank() == 31) sums[warp.meta_group_rank()] = sum;
  block.sync();
  uint32_t before = 0;
  for (uint32_t each = 0; each < warp.meta_group_rank(); ++each) before += sums[each];
  block.sync();
  return before + sum;
}

__device__ uint32_t copied(const cg::thread_block& block, uint32_t* to, uint32_t value) {
  __shared__ uint32_t from[96];
  from[threadIdx.x] = value;
  block.sync();
  cg::memcpy_async(block, to, from, sizeof(uint32_t) * 90);
  cg::wait(block);
  const uint32_t other = threadIdx.x == 0 ? 89 : threadIdx.x - 1;
  const uint32_t result = to[other % 90];
  block.sync();
  const auto tile = cg::tiled_partition<16>(block);
  const uint32_t first = tile.meta_group_rank() * 16;
  cg::memcpy_async(tile, to + first, 16, from + first, 15);
  cg::wait_prior<0>(tile);
  return result * 31 + to[first + 14 - threadIdx.x % 15];
}

__device__ uint32_t of_block(const Do& msg, uint32_t value, uint32_t* memory) {
  const cg::thread_block block = cg::this_thread_block();
  switch (msg.what) {
    case 0:
      return sum_of_block(value, memory);
    case 1:
      return scan_of_block(value, memory);
    case 2:
      return sum_of(block, memory, value);
    case 3: {
      const cg::thread_group tile = cg::tiled_partition(block, msg.size);
      return sum_of(tile, memory + (threadIdx.x - tile.thread_rank()), value);
    }
    case 4: {
      const auto tile = cg::tiled_partition<8>(block);
      return sum_of(cg::thread_block_tile<8>(tile), memory + tile.meta_group_rank() * 8, value);
    }
    case 5: {
      if (block.thread_rank() < 2) memory[block.thread_rank()] = 0;
      block.sync();
      const uint32_t ticket = value % 3 != 0 ? take_ticket(&memory[0], &memory[1]) : ~0u;
      block.barrier_wait(block.barrier_arrive());
      return msg.size == 0 ? ticket : memory[msg.size - 1];
    }
    case 6:
      return copied(block, memory, value);
    case 7: {
      const auto tile = cg::tiled_partition<32>(block);
      cg::invoke_one(block, [&] { memory[0] = value; });
      block.sync();
      const uint32_t plus = cg::invoke_one_broadcast(tile, [&] { return atomicAdd(&memory[0], 1u); });
      block.sync();
      return msg.size == 0 ? plus : memory[0];
    }
    case 8: {
      const auto tile = cg::tiled_partition<8>(block);
      return mixed(tile.shfl(wide(value), 7)) + tile.shfl(value, 6) + cg::reduce(tile, value, cg::plus<uint32_t>()) +
             mixed(cg::reduce(tile, wide(value), AddWide()));
    }
    default: {
      if (threadIdx.x % 3 == 0) return cg::coalesced_threads().size();
      cg::reduce_store_async(cg::tiled_partition<1>(block), &memory[threadIdx.x], value, cg::plus<uint32_t>());
      return memory[threadIdx.x] + static_cast<uint32_t>(cg::thread_rank(cg::this_thread()));
    }
  }
}

RING_KERNEL(blocks);
RING_BLOCK(blocks, 96);
RING_OUTPUT(blocks, rows, Row);
RING_ON(blocks, Do) {
  __shared__ Row row;
  __shared__ uint32_t memory[96];
  row.values[threadIdx.x] = 0;
  if (msg.what == 8 && threadIdx.x % 8 >= 6) return;  // nobody waits for them from here on
  answer(ctx, row, of_block(msg, scramble(threadIdx.x + msg.a), memory));
  if (ctx.leader()) ctx.emit(rows, row);
}
