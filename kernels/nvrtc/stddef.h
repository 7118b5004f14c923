// <stddef.h> for NVRTC, which has size_t built in.
#pragma once
#include "ring_cuda.h"
using ptrdiff_t = decltype(static_cast<char*>(nullptr) - static_cast<char*>(nullptr));
using max_align_t = double2;
using nullptr_t = decltype(nullptr);
#ifndef NULL
#define NULL 0
#endif
