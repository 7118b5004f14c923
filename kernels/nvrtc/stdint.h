// <stdint.h> for NVRTC: the fixed-width integers and their limits, of ring_cuda.h.
#pragma once
#include "ring_cuda.h"
using int_least8_t = int8_t;
using int_least16_t = int16_t;
using int_least32_t = int32_t;
using int_least64_t = int64_t;
using uint_least8_t = uint8_t;
using uint_least16_t = uint16_t;
using uint_least32_t = uint32_t;
using uint_least64_t = uint64_t;
using int_fast8_t = int8_t;
using int_fast16_t = int16_t;
using int_fast32_t = int32_t;
using int_fast64_t = int64_t;
using uint_fast8_t = uint8_t;
using uint_fast16_t = uint16_t;
using uint_fast32_t = uint32_t;
using uint_fast64_t = uint64_t;
using intptr_t = long long;
using uintptr_t = unsigned long long;
using intmax_t = long long;
using uintmax_t = unsigned long long;
#define INT8_C(value_) value_
#define INT16_C(value_) value_
#define INT32_C(value_) value_
#define INT64_C(value_) value_##ll
#define UINT8_C(value_) value_
#define UINT16_C(value_) value_
#define UINT32_C(value_) value_##u
#define UINT64_C(value_) value_##ull
#define SIZE_MAX UINT64_MAX
#define INTPTR_MIN INT64_MIN
#define INTPTR_MAX INT64_MAX
#define UINTPTR_MAX UINT64_MAX
