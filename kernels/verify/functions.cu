// Plain functions, which run beside actors.
constexpr unsigned kThreads = 256;

__global__ void add(const float* a, const float* b, float* sums, unsigned n) {
  const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) sums[i] = a[i] + b[i];
}

/// The sum of each block's values, as a tree in shared memory.
__global__ void sum_blocks(const float* values, float* sums, unsigned n) {
  __shared__ float parts[kThreads];
  const unsigned i = blockIdx.x * kThreads + threadIdx.x;
  parts[threadIdx.x] = i < n ? values[i] : 0.0f;
  __syncthreads();
  for (unsigned half = kThreads / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) parts[threadIdx.x] += parts[threadIdx.x + half];
    __syncthreads();
  }
  if (threadIdx.x == 0) sums[blockIdx.x] = parts[0];
}
