// Plain functions whose threads work together (main/devices/cpu/grid-threads.test.ts). Nothing is included; but
// for the barrier of the grid all of it is CUDA as people write it.

/// Dynamic shared memory of any type, as CUDA's samples get it.
template <class T>
struct SharedMemory {
  __device__ operator T*() {
    extern __shared__ int shared_words[];
    return reinterpret_cast<T*>(shared_words);
  }
};
template <>
struct SharedMemory<double> {
  __device__ operator double*() {
    extern __shared__ double shared_doubles[];
    return shared_doubles;
  }
};

// Mark Harris' tree reductions ("Optimizing Parallel Reduction in CUDA"), each block to one sum.

/// Interleaved addressing with divergent branches.
template <class T>
__global__ void reduce0(const T* in, T* out, unsigned n) {
  T* data = SharedMemory<T>();
  const unsigned t = threadIdx.x, i = blockIdx.x * blockDim.x + threadIdx.x;
  data[t] = i < n ? in[i] : T(0);
  __syncthreads();
  for (unsigned s = 1; s < blockDim.x; s *= 2) {
    if (t % (2 * s) == 0) data[t] += data[t + s];
    __syncthreads();
  }
  if (t == 0) out[blockIdx.x] = data[0];
}

/// Interleaved addressing with strided access.
template <class T>
__global__ void reduce1(const T* in, T* out, unsigned n) {
  T* data = SharedMemory<T>();
  const unsigned t = threadIdx.x, i = blockIdx.x * blockDim.x + threadIdx.x;
  data[t] = i < n ? in[i] : T(0);
  __syncthreads();
  for (unsigned s = 1; s < blockDim.x; s *= 2) {
    const unsigned at = 2 * s * t;
    if (at < blockDim.x) data[at] += data[at + s];
    __syncthreads();
  }
  if (t == 0) out[blockIdx.x] = data[0];
}

/// Sequential addressing.
template <class T>
__global__ void reduce2(const T* in, T* out, unsigned n) {
  T* data = SharedMemory<T>();
  const unsigned t = threadIdx.x, i = blockIdx.x * blockDim.x + threadIdx.x;
  data[t] = i < n ? in[i] : T(0);
  __syncthreads();
  for (unsigned s = blockDim.x / 2; s > 0; s >>= 1) {
    if (t < s) data[t] += data[t + s];
    __syncthreads();
  }
  if (t == 0) out[blockIdx.x] = data[0];
}

/// The first addition while loading; the last warp by shuffles.
template <class T, unsigned BlockSize>
__global__ void reduce4(const T* in, T* out, unsigned n) {
  T* data = SharedMemory<T>();
  const unsigned t = threadIdx.x, i = blockIdx.x * (BlockSize * 2) + threadIdx.x;
  T sum = i < n ? in[i] : T(0);
  if (i + BlockSize < n) sum += in[i + BlockSize];
  data[t] = sum;
  __syncthreads();
#pragma unroll
  for (unsigned s = BlockSize / 2; s > 32; s >>= 1) {
    if (t < s) data[t] = sum = sum + data[t + s];
    __syncthreads();
  }
  if (t < 32) {
    if (BlockSize >= 64) sum += data[t + 32];
    for (int offset = warpSize / 2; offset > 0; offset /= 2) sum += __shfl_down_sync(0xffffffffu, sum, offset);
  }
  if (t == 0) out[blockIdx.x] = sum;
}

/// Several elements a thread, a loop over the grid.
template <class T, unsigned BlockSize>
__global__ void reduce6(const T* in, T* out, unsigned n) {
  T* data = SharedMemory<T>();
  const unsigned t = threadIdx.x, stride = BlockSize * 2 * gridDim.x;
  T sum = 0;
  for (unsigned i = blockIdx.x * BlockSize * 2 + t; i < n; i += stride) {
    sum += in[i];
    if (i + BlockSize < n) sum += in[i + BlockSize];
  }
  data[t] = sum;
  __syncthreads();
  if (BlockSize >= 512 && t < 256) data[t] = sum = sum + data[t + 256];
  __syncthreads();
  if (BlockSize >= 256 && t < 128) data[t] = sum = sum + data[t + 128];
  __syncthreads();
  if (BlockSize >= 128 && t < 64) data[t] = sum = sum + data[t + 64];
  __syncthreads();
  if (t < 32) {
    if (BlockSize >= 64) sum += data[t + 32];
    for (int offset = warpSize / 2; offset > 0; offset /= 2) sum += __shfl_down_sync(0xffffffffu, sum, offset);
  }
  if (t == 0) out[blockIdx.x] = sum;
}

template __global__ void reduce0<int>(const int*, int*, unsigned);
template __global__ void reduce1<int>(const int*, int*, unsigned);
template __global__ void reduce2<int>(const int*, int*, unsigned);
template __global__ void reduce2<double>(const double*, double*, unsigned);
template __global__ void reduce4<int, 128>(const int*, int*, unsigned);
template __global__ void reduce6<int, 256>(const int*, int*, unsigned);
template __global__ void reduce6<double, 64>(const double*, double*, unsigned);

/// Each block turns its tile around, in static shared memory.
__global__ void transpose(const float* in, float* out, unsigned width) {
  __shared__ float tile[8][9];
  const unsigned x = blockIdx.x * 8 + threadIdx.x, y = blockIdx.y * 8 + threadIdx.y;
  tile[threadIdx.y][threadIdx.x] = in[y * width + x];
  __syncthreads();
  const unsigned to_x = blockIdx.y * 8 + threadIdx.x, to_y = blockIdx.x * 8 + threadIdx.y;
  out[to_y * (gridDim.y * 8) + to_x] = tile[threadIdx.x][threadIdx.y];
}

/// Static and dynamic shared memory beside each other: neither writes over the other's.
__global__ void both(unsigned* out, unsigned words) {
  extern __shared__ unsigned dynamic[];
  __shared__ unsigned fixed[33];
  for (unsigned i = threadIdx.x; i < 33; i += blockDim.x) fixed[i] = 1000 + i;
  for (unsigned i = threadIdx.x; i < words; i += blockDim.x) dynamic[i] = blockIdx.x * 10000 + i;
  __syncthreads();
  if (threadIdx.x != 0) return;
  unsigned wrong = 0;
  for (unsigned i = 0; i < 33; ++i) wrong += fixed[i] != 1000 + i;
  for (unsigned i = 0; i < words; ++i) wrong += dynamic[i] != blockIdx.x * 10000 + i;
  out[blockIdx.x] = wrong;
}

/// How many threads of each block have an odd number, by votes of warps and of the block.
__global__ void votes(const int* in, unsigned* warps, int* blocks) {
  const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  const unsigned mask = __ballot_sync(0xffffffffu, in[i] % 2 != 0);
  if (threadIdx.x % warpSize == 0) warps[i / warpSize] = mask;
  const int odd = __syncthreads_count(in[i] % 2 != 0);
  if (threadIdx.x == 0) blocks[blockIdx.x] = odd;
}

/// `rounds` times each cell becomes the sum of its neighbours, in a ring over all blocks.
__global__ void neighbours(unsigned* a, unsigned* b, unsigned rounds) {
  const unsigned n = gridDim.x * blockDim.x, i = blockIdx.x * blockDim.x + threadIdx.x;
  for (unsigned round = 0; round < rounds; ++round) {
    b[i] = a[(i + 1) % n] + a[(i + n - 1) % n];
    ::ring::simt::sync_grid(__FILE__, __LINE__);  // all cells of b
    unsigned* const other = a;
    a = b;
    b = other;
  }
}

__global__ void speak(unsigned who) {
  __syncthreads();
  if (threadIdx.y * blockDim.x + threadIdx.x == who) printf("%u of block %u\n", who, blockIdx.x);
}

__global__ void part(unsigned limit) {
  if (threadIdx.x < limit)
    __syncthreads();  // one
  else
    __syncthreads();  // other
}

__global__ void wait_for_ever(volatile int* go) {
  while (*go == 0) __syncthreads();  // for ever
}

__global__ void divide(const int* by, int* out) {
  __syncthreads();
  const unsigned block = blockIdx.y * gridDim.x + blockIdx.x, thread = threadIdx.y * blockDim.x + threadIdx.x;
  const unsigned i = block * blockDim.x * blockDim.y + thread;
  const int quotient = 100 / by[i];  // quotient
  __syncthreads();
  out[i] = quotient;
}

/// Keeps six numbers for each call that is under way.
__device__ __noinline__ int nested(int n, int a, int b, int c, int d, int e) {
  if (n == 0) return static_cast<int>(__activemask()) + a;  // innermost
  const int inner = nested(n - 1, b + 1, c + a, d ^ e, e + n, a + n);
  return inner * a + b * c - d + e * n;
}
__global__ void nest(int* out, int n) { *out = nested(n, 1, 2, 3, 4, 5); }
