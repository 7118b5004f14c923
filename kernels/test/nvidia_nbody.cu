// The instantiations of NVIDIA's integrateBodies that its host code launches.
#include "nvidia/bodysystemcuda.cu"

template __global__ void integrateBodies<float>(float4*, float4*, float4*, unsigned, unsigned, float, float, int);
template __global__ void integrateBodies<double>(double4*, double4*, double4*, unsigned, unsigned, float, float, int);
