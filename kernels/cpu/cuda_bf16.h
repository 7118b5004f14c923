// CUDA's __nv_bfloat16 and __nv_bfloat162.
//
// Runs on the CPU device only (Clang, wasm32).
#pragma once

#include "cuda_small_float.h"
#include "cuda_fp16.h"

struct __half;
#define RING_SMALL __nv_bfloat16
#define RING_SMALL2 __nv_bfloat162
#define RING_SMALL_RAW __nv_bfloat16_raw
#define RING_SMALL2_RAW __nv_bfloat162_raw
#define RING_SMALL_OTHER __half
#define RING_SMALL_FORMAT ::ring::detail::bfloat16_format
#define RING_SMALL_NAME(before_, after_) before_##bfloat16##after_
#define RING_SMALL_HALVES __halves2bfloat162
#define RING_SMALL_TWICE __bfloat162bfloat162
#include "cuda_small_float_types.h"
#if !defined(RING_TYPES_ONLY)
#include "cuda_small_float_conversions.h"
#include "cuda_small_float_arithmetic.h"
#include "cuda_small_float_math.h"
#endif
#undef RING_SMALL
#undef RING_SMALL2
#undef RING_SMALL_RAW
#undef RING_SMALL2_RAW
#undef RING_SMALL_OTHER
#undef RING_SMALL_FORMAT
#undef RING_SMALL_NAME
#undef RING_SMALL_HALVES
#undef RING_SMALL_TWICE

inline __half::__half(__nv_bfloat16 value) : __half(static_cast<float>(value)) {}
inline __nv_bfloat16::__nv_bfloat16(__half value) : __nv_bfloat16(static_cast<float>(value)) {}

typedef __nv_bfloat16 nv_bfloat16;
typedef __nv_bfloat162 nv_bfloat162;

#define CUDART_INF_BF16 __ushort_as_bfloat16(0x7f80)
#define CUDART_NAN_BF16 __ushort_as_bfloat16(0x7fff)
#define CUDART_MIN_DENORM_BF16 __ushort_as_bfloat16(0x0001)
#define CUDART_MAX_NORMAL_BF16 __ushort_as_bfloat16(0x7f7f)
#define CUDART_NEG_ZERO_BF16 __ushort_as_bfloat16(0x8000)
#define CUDART_ZERO_BF16 __ushort_as_bfloat16(0x0000)
#define CUDART_ONE_BF16 __ushort_as_bfloat16(0x3f80)
