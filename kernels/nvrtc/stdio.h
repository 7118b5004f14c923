// <stdio.h> for NVRTC, which has printf built in.
#pragma once
#include "ring_cuda.h"
