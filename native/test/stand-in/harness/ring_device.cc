#include "ring_device.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

namespace harness {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string compile_unit(const std::string& text) {
  std::vector<std::string> names, texts;
  for (const char* folder : {"abi", "actor", "cuda"})
    for (const auto& each : std::filesystem::directory_iterator(environment("RING_KERNELS") + "/" + folder)) {
      names.push_back(each.path().filename());
      texts.push_back(read_text(each.path()));
    }
  std::vector<const char*> name_list, text_list;
  for (const std::string& each : names) name_list.push_back(each.c_str());
  for (const std::string& each : texts) text_list.push_back(each.c_str());
  CUhandle program = nullptr;
  MUST(nvrtcCreateProgram(&program, text.c_str(), "unit.cu", static_cast<int>(names.size()), text_list.data(),
                          name_list.data()));
  const char* options[] = {"--gpu-architecture=compute_90", "--std=c++17", "-lineinfo", "-default-device"};
  const int code = nvrtcCompileProgram(program, 4, options);
  size_t bytes = 0;
  MUST(nvrtcGetProgramLogSize(program, &bytes));
  std::string log(bytes, '\0');
  MUST(nvrtcGetProgramLog(program, log.data()));
  if (code != 0) std::fprintf(stderr, "%s\n", log.c_str());
  must(code, "nvrtcCompileProgram");
  MUST(nvrtcGetPTXSize(program, &bytes));
  std::string ptx(bytes, '\0');
  MUST(nvrtcGetPTX(program, ptx.data()));
  return ptx;
}

ring_device::ring_device() : unit_(read_text(environment("RING_UNIT"))), memory_(16 << 20) {
  make_context();
  const std::string ptx = compile_unit(unit_);
  MUST(cuMemHostRegister_v2(memory_.base(), memory_.bytes(), 3));
  CUdeviceptr seen = 0, variable = 0;
  size_t bytes = 0;
  MUST(cuMemHostGetDevicePointer_v2(&seen, memory_.base(), 0));
  MUST(cuModuleLoadDataEx(&module_, ptx.c_str(), 0, nullptr, nullptr));
  MUST(cuModuleGetGlobal_v2(&variable, &bytes, module_, "ring_arena_base"));
  MUST(cuMemcpyHtoD_v2(variable, &seen, bytes));
}

abi::u32 ring_device::type(const std::string& name) const {
  const size_t at = unit_.find("RING_TYPE_ID(::" + name + ", ");
  return static_cast<abi::u32>(std::strtoul(unit_.c_str() + at + 17 + name.size(), nullptr, 16));
}

void ring_device::set(const char* variable, abi::u32 value) {
  CUdeviceptr address = 0;
  size_t bytes = 0;
  MUST(cuModuleGetGlobal_v2(&address, &bytes, module_, variable));
  MUST(cuMemcpyHtoD_v2(address, &value, sizeof value));
}

CUhandle ring_device::function(const std::string& name) const {
  CUhandle found = nullptr;
  MUST(cuModuleGetFunction(&found, module_, name.c_str()));
  return found;
}

CUhandle ring_device::run(const std::string& kernel, const std::vector<abi::u32>& actors, const grid_shape& shape) {
  const CUhandle stream = make_stream();
  abi::actor_launch what{memory_.take_all(actors), 0, 0, 0, 0};
  void* parameters[] = {&what, nullptr};
  const auto& [x, y, z] = shape.block;
  const auto blocks = static_cast<unsigned>(actors.size()) * shape.blocks;
  MUST(cuLaunchCooperativeKernel(function("ring_run_" + kernel), blocks, 1, 1, x, y, z, shape.shared_bytes, stream,
                                 parameters));
  return stream;
}

const abi::header* ring_device::wait_for_message(abi::u32 actor, int ms) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
  while (std::chrono::steady_clock::now() < until) {
    if (const abi::header* found = memory_.receive(actor)) return found;
    std::this_thread::yield();
  }
  std::fprintf(stderr, "no message came\n%s", ring_standin_log());
  std::_Exit(3);
}

}
