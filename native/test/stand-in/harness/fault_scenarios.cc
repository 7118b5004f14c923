// Kernels that fail, and what the context says afterwards.
#include <sys/mman.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "scenario.h"

namespace harness {

namespace {

const char kFaults[] = R"(
extern "C" __global__ void write_to(unsigned long long address) { *(volatile unsigned*)address = 7; }
extern "C" __global__ void trap() { if (blockIdx.x == 1 && threadIdx.x == 2) __trap(); __syncthreads(); }
extern "C" __global__ void check(int n) { assert(n > 2 && "too small"); }
extern "C" __global__ void spin() { for (volatile unsigned i = 0;; ++i) {} }
/// One block traps while the other ones spin where nobody looks.
extern "C" __global__ void mixed() {
  if (blockIdx.x == 0) { __nanosleep(20000000); __trap(); }
  for (volatile unsigned i = 0;; ++i) {}
}
extern "C" __global__ void stuck() { if (threadIdx.x < 16) __syncthreads(); else __syncwarp(); }
__device__ __noinline__ int deep(int n) { volatile char room[512]; room[n & 511] = n; return n == 0 ? room[0] : deep(n - 1) + room[1]; }
extern "C" __global__ void recurse(int n, int* out) { *out = deep(n); }
extern "C" __global__ void divide(int* p) { p[1] = p[2] / p[0]; }
extern "C" __global__ void strange() { __shfl_sync(0x1u, 1, 0); }
extern "C" __global__ void nothing() {}
extern "C" __global__ void over(float* out) {
  extern __shared__ float values[];
  values[256] = 1;
  out[0] = values[0];
}
)";

/// Ends one context after the other; each fault is reported with its code and the stand-in's words.
template <class F>
void fail_in_context(const std::string& name, F run) {
  int device = 0;
  CUhandle context = nullptr;
  MUST(cuInit(0));
  MUST(cuDeviceGet(&device, 0));
  MUST(cuCtxCreate_v2(&context, 0, device));
  const loaded module = load(kFaults);
  ring_standin_clear_log();
  run(module);
  report(name, cuCtxSynchronize());
  const std::string log = ring_standin_log();
  report(name + "Why", log.substr(0, log.find('\n')));
  // Everything fails from now on, with the same code.
  size_t free = 0;
  CUhandle stream = nullptr;
  report(name + "Sticky", cuMemGetInfo_v2(&free, &free) * 1000 + cuStreamCreateWithPriority(&stream, 0, 0));
  MUST(cuCtxDestroy_v2(context));
  ring_standin_clear_log();
}

void run_faults() {
  CUdeviceptr p = 0;
  fail_in_context("null", [&](const loaded& m) { MUST(launch(m.kernel("write_to"), {}, 0ull)); });
  fail_in_context("behind", [&](const loaded& m) {
    p = allocate(4096);
    MUST(launch(m.kernel("write_to"), {}, p + 4092));
    MUST(cuCtxSynchronize());
    MUST(launch(m.kernel("write_to"), {}, p + 4096));
  });
  fail_in_context("freed", [&](const loaded& m) {
    p = allocate(4096);
    MUST(cuMemFree_v2(p));
    MUST(launch(m.kernel("write_to"), {}, p));
  });
  fail_in_context("trap", [&](const loaded& m) { MUST(launch(m.kernel("trap"), {3, 64})); });
  fail_in_context("assert", [&](const loaded& m) { MUST(launch(m.kernel("check"), {}, 1)); });
  fail_in_context("mixed", [&](const loaded& m) { MUST(launch(m.kernel("mixed"), {3, 2})); });
  fail_in_context("stuck", [&](const loaded& m) { MUST(launch(m.kernel("stuck"), {1, 32})); });
  fail_in_context("strange", [&](const loaded& m) { MUST(launch(m.kernel("strange"), {1, 32})); });
  fail_in_context("deep", [&](const loaded& m) {
    p = allocate(64);
    MUST(launch(m.kernel("recurse"), {}, 20, p));
    MUST(cuCtxSynchronize());
    MUST(launch(m.kernel("recurse"), {}, 100000, p));
  });
  fail_in_context("divide", [&](const loaded& m) { MUST(launch(m.kernel("divide"), {}, allocate(64))); });
  fail_in_context("shared", [&](const loaded& m) { MUST(launch(m.kernel("over"), {1, 1, 1024}, allocate(64))); });
  ring_standin_set("watchdog_ms", "150");
  fail_in_context("watchdog", [&](const loaded& m) { MUST(launch(m.kernel("spin"), {2, 1})); });
  fail_in_context("told", [&](const loaded&) { ring_standin_break_context(719); });
}

/// Through the protocol's own primitives, which check every address.
void run_windows() {
  make_context();
  const std::string kernels = std::getenv("RING_KERNELS");
  const auto made = compile(R"(
#include "ring_ptx.h"
extern "C" __global__ void read(unsigned* p, unsigned* out) { *out = ring::detail::load(p); }
)",
                            {"-arch=sm_90", "--include-path=" + kernels + "/cuda", "-I", kernels + "/abi"});
  must(made.code, made.log.c_str());
  CUhandle module = nullptr, kernel = nullptr;
  MUST(cuModuleLoadDataEx(&module, made.cubin.data(), 0, nullptr, nullptr));
  MUST(cuModuleGetFunction(&kernel, module, "read"));
  const CUdeviceptr out = allocate(64);
  auto* memory =
      static_cast<unsigned*>(mmap(nullptr, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  memory[3] = 42;
  MUST(cuMemHostRegister_v2(memory, 1 << 16, 3));
  MUST(launch(kernel, {}, memory + 3, out));
  report("registered", read<unsigned>(out, 1)[0]);
  MUST(cuMemHostUnregister(memory));
  MUST(launch(kernel, {}, memory + 3, out));
  report("unregistered", cuCtxSynchronize());
  const std::string log = ring_standin_log();
  report("why", log.substr(0, log.find('\n')));
}

void run_misaligned() {
  make_context();
  const std::string kernels = std::getenv("RING_KERNELS");
  const auto made = compile(R"(
#include "ring_ptx.h"
extern "C" __global__ void read(unsigned* p) { ring::detail::store((unsigned*)((char*)p + 2), 1u); }
)",
                            {"-arch=compute_90", "-I" + kernels + "/cuda", "-I" + kernels + "/abi"});
  must(made.code, made.log.c_str());
  CUhandle module = nullptr, kernel = nullptr;
  MUST(cuModuleLoadDataEx(&module, made.ptx.data(), 0, nullptr, nullptr));
  MUST(cuModuleGetFunction(&kernel, module, "read"));
  MUST(launch(kernel, {}, allocate(64)));
  report("misaligned", cuCtxSynchronize());
}

const registered_scenario kAll[] = {{"faults", run_faults}, {"windows", run_windows}, {"misaligned", run_misaligned}};

}
}
