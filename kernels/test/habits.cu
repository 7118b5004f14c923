// What kernels lean on that C++ leaves open and nvcc does not: kernels/test/habits.test.ts.
#include <cuda_fp16.h>
#include <new>

/// NVIDIA's warp-aggregated increment: only the leader sets what all lanes pass to the shuffle.
__device__ int add_as_one(int* counter) {
  const unsigned active = __activemask();
  const int leader = __ffs(active) - 1;
  const unsigned rank = __popc(active & ((1u << (threadIdx.x & 31)) - 1));
  int before;
  if (rank == 0) before = atomicAdd(counter, __popc(active));
  before = __shfl_sync(active, before, leader);
  return before + rank;
}

__global__ void filter(const int* in, int* out, int* count, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n && in[i] % 3 == 0) out[add_as_one(count)] = in[i];
}

/// Eight halves loaded as a float4.
__global__ void sum_of_halves(const float4* in, float* out, int n) {
  const float4 packed = in[threadIdx.x];
  const half* halves = reinterpret_cast<const half*>(&packed);
  float sum = 0;
#pragma unroll 1
  for (int i = 0; i < n; ++i) sum += __half2float(halves[i]);
  out[threadIdx.x] = sum;
}

/// One memory as two types.
__global__ void bits_of(int* words, int* out) {
  words[threadIdx.x] = 1;
  reinterpret_cast<float*>(words)[blockIdx.x] = 2.0f;
  out[threadIdx.x] = words[threadIdx.x];
}

/// More locals than a stack holds: that ends a launch of this function and of no other.
__global__ void greedy(int* out, int n) {
  int all[10000];
  for (int i = 0; i < 10000; ++i) all[i] = i * n;
  out[0] = all[out[1]];
}

struct Cell {
  int a;
  __device__ explicit Cell(int x) : a(x) {}
};
/// An object made in shared memory that a constructor would not be allowed in.
__global__ void place(int* out) {
  __shared__ __align__(8) unsigned char bytes[sizeof(Cell)];
  auto* cell = reinterpret_cast<Cell*>(bytes);
  if (threadIdx.x == 0) new (cell) Cell(4);
  __syncthreads();
  out[threadIdx.x] = cell->a + threadIdx.x;
}

/// Dynamic shared memory behind static one, aligned as swizzled tiles are: where it lies, and whether all of it is
/// there.
__global__ void aligned(int* out, int bytes) {
  __shared__ int own[3];
  extern __shared__ __align__(1024) unsigned char tile[];
  own[threadIdx.x % 3] = 7;
  tile[0] = 1;
  tile[bytes - 1] = 2;
  __syncthreads();
  if (threadIdx.x == 0) out[blockIdx.x] = static_cast<int>(reinterpret_cast<size_t>(tile) % 1024) + own[0];
}
