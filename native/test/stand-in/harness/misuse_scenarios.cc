// Calls that a careful caller never makes, and what the stand-in says of each.
#include <sys/mman.h>

#include <chrono>
#include <thread>

#include "scenario.h"

namespace harness {

namespace {

const char kKernels[] = R"(
extern "C" __global__ void nothing() {}
extern "C" __global__ void add(int a, int b, int* out) { *out = a + b; }
extern "C" __global__ void __launch_bounds__(64) bounded() {}
/// Resident until the host says so.
extern "C" __global__ void persistent(volatile unsigned* stop) { while (*stop == 0) __nanosleep(1000); }
)";

/// The code, and the words.
void note(const std::string& name, int code) {
  const char* error = nullptr;
  cuGetErrorName(code, &error);
  report(name, std::string(error == nullptr ? "?" : error) + (code == 0 ? "" : " " + last_complaint()));
}

char* map_pages(size_t bytes) {
  return static_cast<char*>(mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

void run_handles() {
  CUhandle context = nullptr, other = nullptr, stream = nullptr, event = nullptr, module = nullptr, f = nullptr;
  int device = 0;
  note("beforeInit", cuDeviceGetCount(&device));
  MUST(cuInit(0));
  note("ordinal", cuDeviceTotalMem_v2(reinterpret_cast<size_t*>(&context), 0));
  MUST(cuDeviceGet(&device, 0));
  note("noContext", cuCtxSynchronize());
  note("release", cuDevicePrimaryCtxRelease_v2(device));
  MUST(cuCtxCreate_v2(&context, 0, device));
  MUST(cuCtxCreate_v2(&other, 0, device));
  MUST(cuCtxSetCurrent(context));
  const loaded code = load(kKernels);
  f = code.kernel("nothing");
  stream = make_stream();
  MUST(cuEventCreate(&event, 0));

  MUST(cuCtxSetCurrent(other));
  note("otherStream", cuStreamSynchronize(stream));
  note("otherFunction", launch(f, {}));
  note("otherModule", cuModuleUnload(code.module));
  MUST(cuCtxSetCurrent(context));

  note("noKernel", cuModuleGetFunction(&f, code.module, "nothin"));
  CUdeviceptr variable = 0;
  note("noVariable", cuModuleGetGlobal_v2(&variable, nullptr, code.module, "nothing"));
  note("pointerAsStream", cuStreamQuery(&stream));
  MUST(cuStreamDestroy_v2(stream));
  note("streamTwice", cuStreamDestroy_v2(stream));
  note("deadStream", launch(f, {1, 1, 0, stream}));
  MUST(cuEventDestroy_v2(event));
  note("eventTwice", cuEventDestroy_v2(event));
  module = code.module;
  MUST(cuModuleUnload(module));
  note("unloadTwice", cuModuleUnload(module));
  note("functionAfterUnload", launch(f, {}));
  MUST(cuCtxDestroy_v2(context));
  note("contextTwice", cuCtxDestroy_v2(context));
  note("deadContext", cuCtxSetCurrent(context));
  int worker = 0;
  std::thread([&] { worker = cuCtxSynchronize(); }).join();
  note("otherThread", worker);
}

void run_memory() {
  make_context();
  CUdeviceptr p = 0, seen = 0;
  char* pages = map_pages(1 << 16);
  note("nothing", cuMemAlloc_v2(&p, 0));
  note("tooMuch", cuMemAlloc_v2(&p, size_t{1} << 50));
  MUST(cuMemAlloc_v2(&p, 1000));
  note("inside", cuMemFree_v2(p + 8));
  note("beyond", cuMemsetD8_v2(p, 0, 1001));
  note("hostAsDevice", cuMemcpyHtoD_v2(reinterpret_cast<CUdeviceptr>(pages), pages, 8));
  MUST(cuMemFree_v2(p));
  note("freeTwice", cuMemFree_v2(p));
  note("copyToFreed", cuMemcpyHtoD_v2(p, pages, 8));
  note("unregistered", cuMemHostGetDevicePointer_v2(&seen, pages, 0));
  note("unaligned", cuMemHostRegister_v2(pages + 8, 4096, 3));
  note("nullRegister", cuMemHostRegister_v2(nullptr, 4096, 3));
  note("unmapped", cuMemHostRegister_v2(pages, size_t{1} << 40, 3));
  MUST(cuMemHostRegister_v2(pages, 1 << 16, 3));
  note("registerTwice", cuMemHostRegister_v2(pages + 4096, 4096, 3));
  MUST(cuMemHostGetDevicePointer_v2(&seen, pages + 100, 0));
  report("sameAddress", seen == reinterpret_cast<CUdeviceptr>(pages + 100));
  MUST(cuMemHostUnregister(pages));
  note("unregisterTwice", cuMemHostUnregister(pages));
  size_t free = 0, total = 0;
  MUST(cuMemGetInfo_v2(&free, &total));
  report("allFree", free == total);
  report("live", ring_standin_live("allocations") + ring_standin_live("registrations"));
}

void run_launches() {
  make_context();
  const loaded code = load(kKernels);
  const CUhandle nothing = code.kernel("nothing"), add = code.kernel("add"), bounded = code.kernel("bounded");
  note("wide", launch(nothing, {1, 1025}));
  note("noBlocks", launch(nothing, {0, 32}));
  note("bounds", launch(bounded, {1, 65}));
  note("shared", launch(nothing, {1, 32, 48 << 10 | 1}));
  note("optInTooMuch", cuFuncSetAttribute(nothing, 8, 300 << 10));
  MUST(cuFuncSetAttribute(nothing, 8, 100 << 10));
  note("optIn", launch(nothing, {1, 32, 100 << 10}));
  note("noParameters", cuLaunchKernel(add, 1, 1, 1, 1, 1, 1, 0, nullptr, nullptr, nullptr));
  const CUdeviceptr out = allocate(64);
  int two[] = {2, 3};
  void* with_null[] = {&two[0], nullptr, nullptr};
  note("nullParameter", cuLaunchKernel(add, 1, 1, 1, 1, 1, 1, 0, nullptr, with_null, nullptr));
  struct {
    int a, b;
    CUdeviceptr out;
  } buffer{20, 22, out};
  size_t bytes = sizeof buffer;
  void* extra[] = {reinterpret_cast<void*>(1), &buffer, reinterpret_cast<void*>(2), &bytes, nullptr};
  MUST(cuLaunchKernel(add, 1, 1, 1, 1, 1, 1, 0, nullptr, nullptr, extra));
  report("extra", read<int>(out, 1)[0]);
  ring_standin_set("registers", "255");
  note("registers", launch(nothing, {1, 512}));
  int value = 0;
  MUST(cuFuncGetAttribute(&value, 0, bounded));
  report("maxThreads", value);
  note("noAttribute", cuFuncGetAttribute(&value, 99, bounded));
}

/// What waits for a resident kernel.
void run_strict() {
  const CUhandle context = make_context();
  const loaded code = load(kKernels);
  char* pages = map_pages(1 << 16);
  MUST(cuMemHostRegister_v2(pages, 1 << 16, 3));
  CUdeviceptr p = allocate(64), seen = 0;
  MUST(cuMemHostGetDevicePointer_v2(&seen, pages, 0));
  auto* stop = reinterpret_cast<volatile unsigned*>(pages);
  CUhandle stream = make_stream(), again = nullptr;
  MUST(launch(code.kernel("persistent"), {1, 1, 0, stream}, seen));
  note("allocate", cuMemAlloc_v2(&p, 64));
  note("free", cuMemFree_v2(p));
  note("load", cuModuleLoadDataEx(&again, code.ptx.data(), 0, nullptr, nullptr));
  note("unload", cuModuleUnload(code.module));
  note("register", cuMemHostRegister_v2(map_pages(4096), 4096, 3));
  note("unregister", cuMemHostUnregister(pages));
  note("limit", cuCtxSetLimit(1, 1 << 16));
  note("destroy", cuCtxDestroy_v2(context));
  // None of these waits: the stream does not block, and copies have their own.
  note("copy", cuMemsetD8_v2(p, 1, 64));
  note("launch", launch(code.kernel("nothing"), {1, 1, 0, make_stream()}));
  note("query", cuStreamQuery(stream));
  *stop = 1;
  MUST(cuStreamSynchronize(stream));
  note("afterwards", cuMemFree_v2(p));
  // In a blocking stream a kernel has the null stream wait.
  *stop = 0;
  stream = make_stream(0);
  MUST(launch(code.kernel("persistent"), {1, 1, 0, stream}, seen));
  p = seen + 64;
  note("copyBehindBlocking", cuMemsetD8_v2(p, 1, 64));
  *stop = 1;
  MUST(cuStreamSynchronize(stream));
}

/// A kernel that ends by itself is waited for.
void run_waits() {
  make_context();
  const loaded code = load(kKernels);
  char* pages = map_pages(1 << 16);
  MUST(cuMemHostRegister_v2(pages, 1 << 16, 3));
  CUdeviceptr p = 0, seen = 0;
  MUST(cuMemHostGetDevicePointer_v2(&seen, pages, 0));
  MUST(launch(code.kernel("persistent"), {1, 1, 0, make_stream()}, seen));
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    *reinterpret_cast<volatile unsigned*>(pages) = 1;
  });
  note("waited", cuMemAlloc_v2(&p, 64));
  later.join();
}

void run_streams() {
  make_context();
  const loaded code = load(kKernels);
  const CUdeviceptr out = allocate(64);
  const CUhandle stream = make_stream(), kernel = code.kernel("add");
  CUhandle first = nullptr, last = nullptr;
  MUST(cuEventCreate(&first, 0));
  MUST(cuEventCreate(&last, 0));
  float ms = 0;
  note("unrecorded", cuEventElapsedTime(&ms, first, last));
  MUST(cuEventRecord(first, stream));
  MUST(launch(kernel, {1, 1, 0, stream}, 1, 2, out));
  struct heard {
    int calls = 0;
    int inner = 0;
  } heard;
  MUST(cuLaunchHostFunc(
      stream,
      [](void* p) {
        auto& h = *static_cast<struct heard*>(p);
        h.calls += 1;
        h.inner = cuCtxSynchronize();
      },
      &heard));
  MUST(cuEventRecord(last, stream));
  MUST(cuEventSynchronize(last));
  MUST(cuEventElapsedTime(&ms, first, last));
  report("elapsed", ms >= 0);
  report("hostFunction", heard.calls);
  report("driverInHostFunction", heard.inner);
  int sum = 0;
  MUST(cuMemcpyDtoHAsync_v2(&sum, out, sizeof sum, stream));
  MUST(cuStreamSynchronize(stream));
  report("sum", sum);
}

void run_injection() {
  make_context();
  CUdeviceptr p = 0;
  report("set", ring_standin_set("fail", "cuMemAlloc@2=2"));
  report("bad", ring_standin_set("fail", "cuMemAlloc"));
  report("unknown", ring_standin_set("colour", "red"));
  note("first", cuMemAlloc_v2(&p, 64));
  note("second", cuMemAlloc_v2(&p, 64));
  note("third", cuMemAlloc_v2(&p, 64));
  report("calls", ring_standin_calls("cuMemAlloc_v2"));
}

/// With devices=2.
void run_devices() {
  int count = 0, device = 0, value = 0;
  MUST(cuInit(0));
  MUST(cuDeviceGetCount(&count));
  report("count", count);
  note("third", cuDeviceGet(&device, 2));
  MUST(cuDeviceGet(&device, 1));
  char name[64], bus[16];
  unsigned char uuid[16];
  MUST(cuDeviceGetName(name, sizeof name, device));
  MUST(cuDeviceGetPCIBusId(bus, sizeof bus, device));
  MUST(cuDeviceGetUuid_v2(uuid, device));
  MUST(cuDeviceGetAttribute(&value, 75, device));
  report("name", std::string(name));
  report("bus", std::string(bus));
  report("major", value);
  MUST(cuDeviceGetAttribute(&value, 16, device));
  report("multiprocessors", value);
  CUhandle context = nullptr, again = nullptr, current = nullptr;
  MUST(cuDevicePrimaryCtxRetain(&context, device));
  MUST(cuDevicePrimaryCtxRetain(&again, device));
  report("same", context == again);
  MUST(cuCtxSetCurrent(context));
  note("destroyPrimary", cuCtxDestroy_v2(context));
  MUST(cuCtxGetCurrent(&current));
  report("current", current == context);
  MUST(cuDevicePrimaryCtxRelease_v2(device));
  MUST(cuDevicePrimaryCtxRelease_v2(device));
  note("released", cuCtxSynchronize());
  void* function = nullptr;
  int status = 0;
  MUST(cuGetProcAddress_v2("cuMemAlloc", &function, 12040, 0, &status));
  report("address", function == reinterpret_cast<void*>(&cuMemAlloc_v2));
  report("noAddress", cuGetProcAddress_v2("cuMemAlloc_v2", &function, 12040, 0, &status) * 10 + status);
  report("tooOld", cuGetProcAddress_v2("cuLaunchHostFunc", &function, 9000, 0, &status) * 10 + status);
}

const registered_scenario kAll[] = {{"handles", run_handles},     {"memory", run_memory},  {"launches", run_launches},
                                    {"strict", run_strict},       {"waits", run_waits},    {"streams", run_streams},
                                    {"injection", run_injection}, {"devices", run_devices}};

}
}
