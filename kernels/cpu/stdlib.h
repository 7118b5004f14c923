// <stdlib.h> for actors: the absolute value of integers, which CUDA builds in. There is no heap and no process.
#pragma once
#include "ring_cpu.h"
