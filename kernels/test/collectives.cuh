// Handlers that call each collective, for kernels of any width. Every thread writes what it got, so that a test sees
// whether all of them got the same.
#pragma once

#include <ring_kernel.cuh>

struct ParallelFor {
  ring::buffer<uint32_t> visits;  ///< grows by `step`, which only the last thread knows before
  uint32_t step;
};

struct Reduce {
  ring::buffer<int32_t> values;
  ring::buffer<int32_t> results;  ///< of each thread: sum, least, greatest
  int32_t init;
};

struct ReduceFloats {
  ring::buffer<float> values;
  ring::buffer<float> results;  ///< of each thread: sum, greatest, index of the first greatest
};

struct Scan {
  ring::buffer<int32_t> values;
  ring::buffer<int32_t> inclusive;
  ring::buffer<int32_t> exclusive;
  ring::buffer<int32_t> totals;  ///< of each thread: inclusive, exclusive, in place
  int32_t init;
};

/// Maps x -> factor x + offset, modulo 2^32: their composition depends on the order.
struct Compose {
  ring::buffer<uint32_t> maps;      ///< factor, offset
  ring::buffer<uint32_t> prefixes;  ///< of maps 0 to i, the first applied first
};

struct Sort {
  ring::buffer<float> ascending;
  ring::buffer<uint32_t> by_last_digit;  ///< then by value, falling
};

struct Histogram {
  ring::buffer<uint32_t> values;
  ring::buffer<uint32_t> counts;
  ring::buffer<uint32_t> left_out;  ///< of each thread
};

struct Done {
  uint32_t width;
};

namespace collectives_test {

struct Affine {
  uint32_t factor, offset;
};

struct Place {
  float value;
  uint32_t index;
};

struct LaterWins {
  RING_D Affine operator()(const Affine& first, const Affine& then) const {
    return {then.factor * first.factor, then.factor * first.offset + then.offset};
  }
};

struct FirstGreatest {
  RING_D Place operator()(const Place& a, const Place& b) const {
    return b.value > a.value || (b.value == a.value && b.index < a.index) ? b : a;
  }
};

struct ByLastDigit {
  RING_D bool operator()(uint32_t a, uint32_t b) const { return a % 10 != b % 10 ? a % 10 < b % 10 : a > b; }
};

RING_D inline uint32_t width() { return blockDim.x * blockDim.y * blockDim.z; }
RING_D inline uint32_t rank() { return threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z); }

RING_D inline void answer(ring::context& ctx) {
  if (rank() == 0) ctx.reply(Done{width()});
}

RING_D inline void run(const ParallelFor& msg, ring::context& ctx) {
  __shared__ uint32_t step;
  if (rank() == width() - 1) step = msg.step;
  const auto visits = msg.visits.write();
  ctx.parallel_for(visits.size(), [&](unsigned i) { visits[i] += step; });
  answer(ctx);
}

RING_D inline void run(const Reduce& msg, ring::context& ctx) {
  const auto values = msg.values.read();
  const auto results = msg.results.write();
  const auto value = [&](unsigned i) { return values[i]; };
  results[3 * rank()] = ctx.reduce(values.size(), msg.init, value);
  results[3 * rank() + 1] = ctx.reduce(values.size(), msg.init, value, ring::minimum{});
  results[3 * rank() + 2] = ctx.reduce(values.size(), msg.init, value, ring::maximum{});
  answer(ctx);
}

RING_D inline void run(const ReduceFloats& msg, ring::context& ctx) {
  const auto values = msg.values.read();
  const auto results = msg.results.write();
  const auto place = [&](unsigned i) { return Place{values[i], i}; };
  results[3 * rank()] = ctx.reduce(values.size(), 0.0f, [&](unsigned i) { return values[i]; });
  const auto largest = [](float a, float b) { return fmaxf(a, b); };
  results[3 * rank() + 1] = ctx.reduce(values.size(), -INFINITY, [&](unsigned i) { return values[i]; }, largest);
  const Place first = ctx.reduce(values.size(), Place{-INFINITY, 0xffffffffu}, place, FirstGreatest{});
  results[3 * rank() + 2] = static_cast<float>(first.index);
  answer(ctx);
}

RING_D inline void run(const Scan& msg, ring::context& ctx) {
  const auto values = msg.values.write(), inclusive = msg.inclusive.write(), exclusive = msg.exclusive.write();
  const auto totals = msg.totals.write();
  const auto value = [&](unsigned i) { return values[i]; };
  const auto to = [](const auto& view) { return [&view](unsigned i, int32_t sum) { view[i] = sum; }; };
  totals[3 * rank()] = ctx.scan(values.size(), msg.init, value, to(inclusive));
  totals[3 * rank() + 1] = ctx.exclusive_scan(values.size(), msg.init, value, to(exclusive));
  totals[3 * rank() + 2] = ctx.scan(values.size(), 0, value, to(values));
  answer(ctx);
}

RING_D inline void run(const Compose& msg, ring::context& ctx) {
  const auto maps = msg.maps.read();
  const auto prefixes = msg.prefixes.write();
  const auto map = [&](unsigned i) { return Affine{maps[2 * i], maps[2 * i + 1]}; };
  const auto keep = [&](unsigned i, const Affine& prefix) {
    prefixes[2 * i] = prefix.factor;
    prefixes[2 * i + 1] = prefix.offset;
  };
  ctx.scan(maps.size() / 2, Affine{1, 0}, map, keep, LaterWins{});
  answer(ctx);
}

RING_D inline void run(const Sort& msg, ring::context& ctx) {
  const auto ascending = msg.ascending.write();
  const auto by_last_digit = msg.by_last_digit.write();
  ctx.sort(ascending.data(), ascending.size());
  ctx.sort(by_last_digit.data(), by_last_digit.size(), ByLastDigit{});
  answer(ctx);
}

RING_D inline void run(const Histogram& msg, ring::context& ctx) {
  const auto values = msg.values.read();
  const auto counts = msg.counts.write(), left_out = msg.left_out.write();
  left_out[rank()] = ctx.histogram(values.size(), [&](unsigned i) { return values[i]; }, counts.data(), counts.size());
  answer(ctx);
}

}  // namespace collectives_test

#define TEST_COLLECTIVES(kernel_, ...)                                  \
  RING_KERNEL(kernel_);                                                 \
  RING_BLOCK(kernel_, __VA_ARGS__);                                     \
  RING_ON(kernel_, ParallelFor) { ::collectives_test::run(msg, ctx); }  \
  RING_ON(kernel_, Reduce) { ::collectives_test::run(msg, ctx); }       \
  RING_ON(kernel_, ReduceFloats) { ::collectives_test::run(msg, ctx); } \
  RING_ON(kernel_, Scan) { ::collectives_test::run(msg, ctx); }         \
  RING_ON(kernel_, Compose) { ::collectives_test::run(msg, ctx); }      \
  RING_ON(kernel_, Sort) { ::collectives_test::run(msg, ctx); }         \
  RING_ON(kernel_, Histogram) { ::collectives_test::run(msg, ctx); }    \
  static_assert(true, "")
