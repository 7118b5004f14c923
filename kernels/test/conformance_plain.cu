// Plain functions of the device conformance suite (app/testing/conformance/functions.ts); the fake device has the same
// ones in app/testing/conformance-functions.ts. Nothing is included: what CUDA builds in is there.

struct Pair {
  float a = 1.5f;
  int b;
};

__constant__ float weights[4];
__device__ int offset = 7;

__global__ void coordinates(unsigned* threads, unsigned* blocks, unsigned* visits) {
  const unsigned block = (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
  const unsigned thread = (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
  const unsigned i = block * (blockDim.x * blockDim.y * blockDim.z) + thread;
  threads[i] = threadIdx.x + 100 * threadIdx.y + 10000 * threadIdx.z;
  blocks[i] = blockIdx.x + 100 * blockIdx.y + 10000 * blockIdx.z;
  atomicAdd(&visits[i], 1u);
}

__global__ void scalars(bool flag, char c, signed char i8, unsigned char u8, short i16, unsigned short u16, int i32,
                        unsigned u32, long long i64, unsigned long long u64, float f32, double f64, double* out) {
  const double values[] = {double(flag), double(c),   double(i8),  double(u8),  double(i16), double(u16),
                           double(i32),  double(u32), double(i64), double(u64), double(f32), f64};
  for (int i = 0; i < 12; ++i) out[i] = values[i];
}

__global__ void structs(Pair pair, float4 vector, double* out) {
  out[0] = pair.a;
  out[1] = pair.b;
  out[2] = vector.x + vector.w;
}

__global__ void weigh(const float* in, float* out, unsigned n) {
  const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) out[i] = weights[i % 4] * in[i] + static_cast<float>(offset);
}

template <class T, int Factor>
__global__ void scale(T* data) {
  data[threadIdx.x] *= Factor;
}
template __global__ void scale<float, 3>(float*);
template __global__ void scale<int, 2>(int*);

__global__ void increase(unsigned* counter) { atomicAdd(counter, 1u); }

__global__ void divide(int at, int* out) {
  const int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  *out = 1 / (i - at);
}

/// Writes when it has counted.
__global__ void work(unsigned iterations, volatile unsigned* out) {
  unsigned sum = 0;
  for (unsigned i = 0; i < iterations; ++i) sum += i * out[0] + 1;
  out[0] = sum == 0 ? 1 : 5;
}

__global__ void spin(volatile int* go) {
  while (*go == 0) {
  }
}

__global__ void say(int value) { printf("said %d in block %u\n", value, blockIdx.x); }

__global__ void optional(const float* in, int* out) { *out = in == nullptr ? 1 : 2; }
