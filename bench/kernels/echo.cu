#include <ring_kernel.cuh>

/// 64 bytes: with its header a message fills a slot of 128.
struct Packet {
  uint32_t sequence;
  uint32_t sensor;
  double a;
  double b;
  double c;
  double d;
  double e;
  double f;
  double g;
};

RING_KERNEL(echo);
RING_OUTPUT(echo, out, Packet);
RING_ON(echo, Packet) { ctx.emit(out, msg); }
