// <math.h> for actors: the built-in math functions.
#pragma once
#include "ring_cpu.h"
