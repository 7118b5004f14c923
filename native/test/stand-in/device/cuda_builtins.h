// In the place of kernels/cpu/cuda_builtins.h: standin_cuda.h includes what it needs, in its order.
#pragma once
