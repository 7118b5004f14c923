// <stdlib.h> for NVRTC, which has the absolute value of integers built in.
#pragma once
#include "ring_cuda.h"
