// Request and reply: the smallest ring kernel. It keeps no state and answers every request.
#include <ring_kernel.cuh>

/// Two numbers to add.
struct VectorAddRequest {
  float a;
  float b;
};

/// Their sum.
struct VectorAddResponse {
  float result;
};

/// Adds the two numbers of each request.
RING_KERNEL(vector_add);

RING_ON(vector_add, VectorAddRequest) { ctx.reply(VectorAddResponse{msg.a + msg.b}); }
