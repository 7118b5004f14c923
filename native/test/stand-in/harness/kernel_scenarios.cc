// What device code can do: barriers, collectives, atomics, shared memory, printf.
#include <cmath>
#include <numeric>

#include "scenario.h"

namespace harness {

namespace {

const char kKernels[] = R"(
__device__ unsigned counter;
__constant__ float scale = 2.0f;

/// Adds up 0 … n-1 over all blocks: tree in shared memory, shuffles in the last warp.
extern "C" __global__ void __launch_bounds__(256) sum(unsigned long long* total, unsigned n) {
  __shared__ unsigned long long partial[256];
  unsigned long long own = 0;
  for (unsigned i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) own += i;
  partial[threadIdx.x] = own;
  __syncthreads();
  for (unsigned width = blockDim.x / 2; width >= 32; width /= 2) {
    if (threadIdx.x < width) partial[threadIdx.x] += partial[threadIdx.x + width];
    __syncthreads();
  }
  if (threadIdx.x < 32) {
    unsigned long long value = partial[threadIdx.x];
    for (int delta = 16; delta > 0; delta /= 2) value += __shfl_down_sync(0xffffffffu, value, delta);
    if (threadIdx.x == 0) atomicAdd(total, value);
  }
}

extern "C" __global__ void collectives(unsigned* out) {
  const unsigned lane = threadIdx.x % 32;
  unsigned* own = out + threadIdx.x * 12;
  own[0] = __ballot_sync(0xffffffffu, lane % 3 == 0);
  own[1] = __shfl_xor_sync(0xffffffffu, lane, 1);
  own[2] = __shfl_up_sync(0xffffffffu, lane, 2, 8);
  own[3] = __reduce_add_sync(0xffffffffu, lane);
  own[4] = __match_any_sync(0xffffffffu, lane / 16);
  own[5] = __all_sync(0xffffffffu, lane < 32) + 2 * __any_sync(0xffffffffu, lane == 40);
  own[6] = __syncthreads_count(threadIdx.x % 2);
  own[7] = __syncthreads_or(threadIdx.x == 5) + 2 * __syncthreads_and(threadIdx.x != 5);
  if (lane < 8) {
    own[8] = __activemask();
    own[9] = __reduce_max_sync(0xffu, lane * 10);
  }
  __syncwarp();
  int is_equal = 0;
  own[10] = __match_all_sync(0xffffffffu, 7, &is_equal) + is_equal;
  own[11] = __shfl_sync(0xffffffffu, lane, 35, 16);
}

extern "C" __global__ void dynamic(float* out) {
  extern __shared__ float values[];
  values[threadIdx.x] = threadIdx.x * scale;
  __syncthreads();
  out[threadIdx.x] = values[blockDim.x - 1 - threadIdx.x] + sqrtf(4.0f);
}

/// A lock that spins, over all blocks.
extern "C" __global__ void locked(unsigned* lock, unsigned* value) {
  for (int i = 0; i < 10; ++i) {
    while (atomicCAS(lock, 0u, 1u) != 0) {}
    __threadfence();
    *value += 1;
    __threadfence();
    atomicExch(lock, 0u);
  }
}

extern "C" __global__ void print() { printf("%s %d %.2f\n", "thread", (int)threadIdx.x, 0.5); }

extern "C" __global__ void place(dim3 offset, float4 v, char c, uint3* out) {
  if (threadIdx.x + threadIdx.y + threadIdx.z == 0)
    out[blockIdx.x + gridDim.x * blockIdx.y] =
        make_uint3(blockDim.x * 100 + blockDim.y * 10 + blockDim.z + offset.y, blockIdx.y + (unsigned)v.w, c);
}

template <class T>
__global__ void fill(T* out, T value) { out[threadIdx.x] = value; }

extern "C" __global__ void times(unsigned long long* out) {
  out[0] = clock64();
  __nanosleep(2000000);
  out[1] = clock64() - out[0];
}
)";

void show(const char* name, const std::vector<unsigned>& values) {
  std::string text = "[";
  for (const unsigned each : values) text += (text.size() > 1 ? "," : "") + std::to_string(each);
  report_json(name, text + "]");
}

void run_kernels() {
  make_context();
  const loaded module = load(kKernels);
  const CUdeviceptr out = allocate(1 << 16);

  MUST(launch(module.kernel("sum"), {16, 256}, out, 100000u));
  report("sum", read<unsigned long long>(out, 1)[0]);

  MUST(launch(module.kernel("collectives"), {1, 64}, out));
  const auto all = read<unsigned>(out, 64 * 12);
  show("lane5", {all.begin() + 5 * 12, all.begin() + 6 * 12});
  show("lane37", {all.begin() + 37 * 12, all.begin() + 37 * 12 + 12});

  MUST(launch(module.kernel("dynamic"), {1, 128, 512}, out));
  report("dynamic", read<float>(out, 128)[0]);

  MUST(cuMemsetD8_v2(out, 0, 64));
  MUST(launch(module.kernel("locked"), {6, 33}, out, out + 4));
  report("locked", read<unsigned>(out, 2)[1]);

  void* parameters[4];
  unsigned offset[3] = {0, 7, 0};
  alignas(16) float v[4] = {0, 0, 0, 1000};
  char c = 'x';
  CUdeviceptr to = out;
  parameters[0] = offset;
  parameters[1] = v;
  parameters[2] = &c;
  parameters[3] = &to;
  MUST(cuLaunchKernel(module.kernel("place"), 2, 3, 1, 4, 2, 5, 0, nullptr, parameters, nullptr));
  show("place", {read<unsigned>(out + 5 * 12, 3)});

  MUST(launch(module.kernel("times"), {}, out));
  report("slept", read<unsigned long long>(out, 2)[1] >= 2'000'000);

  CUdeviceptr variable = 0;
  size_t bytes = 0;
  MUST(cuModuleGetGlobal_v2(&variable, &bytes, module.module, "scale"));
  report("scaleBytes", bytes);
  const float four = 4;
  MUST(cuMemcpyHtoD_v2(variable, &four, sizeof four));
  MUST(launch(module.kernel("dynamic"), {1, 128, 512}, out));
  report("scaled", read<float>(out, 128)[0]);
  // Another load has variables of its own.
  CUhandle again = nullptr, again_kernel = nullptr;
  MUST(cuModuleLoadDataEx(&again, module.ptx.c_str(), 0, nullptr, nullptr));
  MUST(cuModuleGetFunction(&again_kernel, again, "dynamic"));
  MUST(launch(again_kernel, {1, 128, 512}, out));
  report("unscaled", read<float>(out, 128)[0]);

  MUST(launch(module.kernel("print"), {1, 3}));
  MUST(cuCtxSynchronize());
  report("complaints", std::string(ring_standin_log()));
}

void run_cooperative() {
  make_context();
  const loaded module = load(R"(
extern "C" __global__ void rounds(unsigned* counts, unsigned blocks, unsigned* wrong) {
  for (unsigned round = 0; round < 20; ++round) {
    if (threadIdx.x == 0) atomicAdd(&counts[round], 1u);
    ring_standin::host->grid_barrier();
    if (counts[round] != blocks) atomicAdd(wrong, 1u);
  }
})");
  const CUdeviceptr out = allocate(4096);
  unsigned blocks = 12;
  CUdeviceptr wrong = out + 1024, counts = out;
  void* parameters[] = {&counts, &blocks, &wrong};
  MUST(cuLaunchCooperativeKernel(module.kernel("rounds"), blocks, 1, 1, 64, 1, 1, 0, nullptr, parameters));
  report("wrong", read<unsigned>(wrong, 1)[0]);
  report("last", read<unsigned>(counts, 20)[19]);
  int fits = 0;
  MUST(cuOccupancyMaxActiveBlocksPerMultiprocessor(&fits, module.kernel("rounds"), 64, 0));
  report("fits", fits);
  report("tooLarge", cuLaunchCooperativeKernel(module.kernel("rounds"), static_cast<unsigned>(fits) * 8 + 1, 1, 1, 64,
                                               1, 1, 0, nullptr, parameters));
  report("why", last_complaint());
}

void run_names() {
  make_context();
  CUhandle program = nullptr;
  MUST(nvrtcCreateProgram(&program, kKernels, nullptr, 0, nullptr, nullptr));
  MUST(nvrtcAddNameExpression(program, "fill<float>"));
  MUST(nvrtcAddNameExpression(program, "&counter"));
  const char* option = "--gpu-architecture=compute_90";
  MUST(nvrtcCompileProgram(program, 1, &option));
  const char* lowered = nullptr;
  MUST(nvrtcGetLoweredName(program, "fill<float>", &lowered));
  report("fill", std::string(lowered));
  size_t bytes = 0;
  MUST(nvrtcGetPTXSize(program, &bytes));
  std::string ptx(bytes, '\0');
  MUST(nvrtcGetPTX(program, ptx.data()));
  MUST(nvrtcGetCUBINSize(program, &bytes));
  report("cubinBytes", bytes);
  CUhandle module = nullptr, kernel = nullptr;
  MUST(cuModuleLoadDataEx(&module, ptx.data(), 0, nullptr, nullptr));
  MUST(cuModuleGetFunction(&kernel, module, lowered));
  const CUdeviceptr out = allocate(64);
  MUST(launch(kernel, {1, 4}, out, 2.5f));
  report("filled", read<float>(out, 4)[3]);
  MUST(nvrtcGetLoweredName(program, "&counter", &lowered));
  CUdeviceptr variable = 0;
  MUST(cuModuleGetGlobal_v2(&variable, &bytes, module, lowered));
  report("counterBytes", bytes);
}

const registered_scenario kAll[] = {{"kernels", run_kernels}, {"cooperative", run_cooperative}, {"names", run_names}};

}
}
