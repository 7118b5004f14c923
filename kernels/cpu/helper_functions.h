// For sources that include this header of NVIDIA's samples: its timers, images and command line are for the host's
// side, which has none of them here.
#pragma once
#include "ring_cpu.h"
