// Collectives at fixed widths, in one unit: here the width is known when a handler runs only.
#include "collectives.cuh"

TEST_COLLECTIVES(one, 1);
TEST_COLLECTIVES(warp, 32);
TEST_COLLECTIVES(odd, 100);
TEST_COLLECTIVES(wide, 256);
TEST_COLLECTIVES(box, 4, 3, 2);
