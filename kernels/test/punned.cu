// An actor of one thread whose code reads memory as another type.
#include <ring_kernel.cuh>

struct Put {
  float value = 0;
  uint32_t at = 0;
};
struct Words {
  int32_t before = 0;
  int32_t after = 0;
};

RING_KERNEL(punner);

/// By C++'s own rules, and with an index that nobody knows, `after` need not be read again.
RING_ON(punner, Put) {
  int words[2] = {1, 1};
  words[msg.at] = 5;
  Words answer;
  answer.before = words[0];
  ((float*)words)[msg.at] = msg.value;
  answer.after = words[0];
  ctx.reply(answer);
}
