// For sources that include this header of NVIDIA's samples: it checks errors of the host's side.
#pragma once
#include "ring_cpu.h"
