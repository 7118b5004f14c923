// printf: what it prints, and the numbers that CUDA's returns.
#include <ring_kernel.cuh>

struct Print {};
struct Count {};
struct Counts {
  int32_t none, three, of_stars, percents, without_format;
};
struct Write {};
struct Written {
  int32_t size;
  char text[16];
};

RING_KERNEL(print);
RING_ON(print, Print) {
#include "print_cases.h"
}
RING_ON(print, Count) {
  const char* format = nullptr;
  ctx.reply(Counts{printf("plain\n"), printf("%d %s %5.2f\n", 1, "a", 2.0), printf("%*.*f\n", 5, 2, 1.0),
                   printf("%%%d%%\n", 5), printf(format)});
}
RING_ON(print, Write) {
  Written written{};
  written.size = snprintf(written.text, sizeof written.text, "%s-%03d", "abc", 7);
  ctx.reply(written);
}
