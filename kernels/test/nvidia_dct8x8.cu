// The kernels of NVIDIA's dct8x8 that read no texture, in one unit as in its dct8x8.cu.
#include "nvidia/dct8x8_kernel2.cuh"
#include "nvidia/dct8x8_kernel_quantization.cuh"
#include "nvidia/dct8x8_kernel_short.cuh"
