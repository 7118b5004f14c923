// <string.h> for actors: what CUDA offers of it in device code.
#pragma once
#include "ring_cpu.h"
