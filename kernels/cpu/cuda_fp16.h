// CUDA's __half and __half2.
//
// Runs on the CPU device only (Clang, wasm32).
#pragma once

#include "cuda_small_float.h"

struct __nv_bfloat16;
#define RING_SMALL __half
#define RING_SMALL2 __half2
#define RING_SMALL_RAW __half_raw
#define RING_SMALL2_RAW __half2_raw
#define RING_SMALL_OTHER __nv_bfloat16
#define RING_SMALL_FORMAT ::ring::detail::half_format
#define RING_SMALL_NAME(before_, after_) before_##half##after_
#define RING_SMALL_HALVES __halves2half2
#define RING_SMALL_TWICE __half2half2
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

typedef __half half;
typedef __half2 half2;
typedef __half nv_half;
typedef __half __nv_half;
typedef __half2 nv_half2;
typedef __half2 __nv_half2;
typedef __half_raw __nv_half_raw;
typedef __half2_raw __nv_half2_raw;

#define CUDART_INF_FP16 __ushort_as_half(0x7c00)
#define CUDART_NAN_FP16 __ushort_as_half(0x7fff)
#define CUDART_MIN_DENORM_FP16 __ushort_as_half(0x0001)
#define CUDART_MAX_NORMAL_FP16 __ushort_as_half(0x7bff)
#define CUDART_NEG_ZERO_FP16 __ushort_as_half(0x8000)
#define CUDART_ZERO_FP16 __ushort_as_half(0x0000)
#define CUDART_ONE_FP16 __ushort_as_half(0x3c00)
