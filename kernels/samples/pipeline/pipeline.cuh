// The messages of the pipeline. All four kernels include this file: a struct's identity is its name and layout, so one
// declaration is what lets their ports connect.
#pragma once

#include <ring_kernel.cuh>

/// Asks the source for the numbers first, first + 1, …
struct Generate {
  uint32_t first = 1;
  uint32_t count = 10;
};

/// What travels down the pipeline.
struct Number {
  uint64_t value;
};

/// Follows the last number. Messages of one sender to one receiver keep their order, so nothing comes behind it.
struct End {
  uint64_t generated;
};

/// What the sink makes of it.
struct Total {
  uint64_t generated;
  uint64_t kept;
  uint64_t sum;
};
