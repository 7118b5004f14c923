// For sources that include the toolkit's header: its device side is built into NVRTC.
#pragma once
#include "ring_cuda.h"
