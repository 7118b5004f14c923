#include <ring_kernel.cuh>

constexpr uint32_t kVersion = 0;

#include "messages.cuh"

struct Line {
  int32_t number;
  double value;
};

/// Prints what the host formats.
RING_KERNEL(printer);
RING_ON(printer, Line) {
  printf("%d|%5d|%-5d|%05d|%x|%u\n", msg.number, msg.number, msg.number, msg.number, msg.number, msg.number);
  printf("%.3f|%10.2e|%g|%s|%c|%%\n", msg.value, msg.value, msg.value, "text", 'c');
}
