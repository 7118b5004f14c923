// The instantiations of NVIDIA's MatrixMulCUDA that its host code launches.
#include "nvidia/matrixMul.cu"

template __global__ void MatrixMulCUDA<16>(float*, float*, float*, int, int);
template __global__ void MatrixMulCUDA<32>(float*, float*, float*, int, int);
