// For sources that include the toolkit's header: threadIdx and its like are built into NVRTC.
#pragma once
#include "ring_cuda.h"
