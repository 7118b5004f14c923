// The messages of bench/simt.bench.ts: the same work for blocks of many threads and for collectives at width 1.
#pragma once

#include <ring_kernel.cuh>

/// Adds up the values, `rounds` times.
struct Reduce {
  ring::buffer<float> values;
  uint32_t rounds;
};
/// Running sums of the values, a multiple of 256 of them.
struct Scan {
  ring::buffer<float> values;
  ring::buffer<float> prefixes;
  uint32_t rounds;
};
/// c = a b, of n × n elements; n is a multiple of 16.
struct Multiply {
  ring::buffer<float> a;
  ring::buffer<float> b;
  ring::buffer<float> c;
  uint32_t n;
};
/// y += a x, `rounds` times.
struct Saxpy {
  ring::buffer<float> x;
  ring::buffer<float> y;
  float a;
  uint32_t rounds;
};
struct Done {
  float value = 0;
};
