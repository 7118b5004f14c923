// In the place of kernels/cpu/ring_cpu.h, which the headers of that folder begin with: the stand-in needs nothing of
// it.
#pragma once
