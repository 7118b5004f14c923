// An actor with variables of its program (main/devices/cuda/symbol-mirror.test.ts).
#include "conformance_messages.cuh"

__constant__ uint32_t factor = 1;
__device__ uint32_t offset = 7;
__device__ uint32_t answered;

struct Weighed {
  uint32_t count;
};

RING_KERNEL(weigher, Weighed);
RING_ON(weigher, Question) {
  state.count += 1;
  answered += 1;
  ctx.reply(Answer{msg.value * factor + offset, ctx.actor_id()});
}
