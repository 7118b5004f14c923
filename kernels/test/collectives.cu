// Collectives at the width that the device chooses.
#include "collectives.cuh"

TEST_COLLECTIVES(any_width, ring::any);
