// The messages of the device conformance suite's kernels.
#pragma once

#include <ring_kernel.cuh>

struct Item {
  uint32_t producer;
  uint32_t sequence;
  uint64_t value = 0;
};
struct Burst {
  uint32_t producer;
  uint32_t first = 0;
  uint32_t count;
};
struct Question {
  uint64_t value;
  uint32_t route = 0;
};
struct Answer {
  uint64_t value;
  uint32_t actor;
};
struct Order {
  uint32_t what;
  uint32_t argument = 0;
};
struct Fact {
  uint32_t what;
  uint32_t actor;
  uint64_t value;
};
struct Summary {
  uint64_t received;
  uint64_t disordered;
  uint64_t sum;
};
/// Larger than anything that `asker` handles.
struct Essay {
  ring::text<200> text;
};
