// Generated units as the CUDA device runs them: their persistent kernels over an arena.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "../../../../kernels/abi/ring_abi.h"
#include "arena.h"
#include "scenario.h"

namespace harness {

namespace {

using clock = std::chrono::steady_clock;

/// RING_UNIT names the generated unit, RING_KERNELS the folder of its headers.
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

/// ring::cuda::launch.
struct ring_launch {
  abi::u32 actors;
  abi::u32 reserved;
  long long clock_origin_ns;
};

/// A type id as the unit states it: RING_TYPE_ID(::Name, 0x…u).
abi::u32 type_id(const std::string& unit, const std::string& name) {
  const size_t at = unit.find("RING_TYPE_ID(::" + name + ", ");
  return static_cast<abi::u32>(std::strtoul(unit.c_str() + at + 17 + name.size(), nullptr, 16));
}

class ring_device {
 public:
  ring_device() : unit_(read_text(environment("RING_UNIT"))), memory_(16 << 20) {
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

  arena& memory() { return memory_; }
  abi::u32 type(const char* name) const { return type_id(unit_, name); }
  CUhandle module() const { return module_; }

  CUhandle run(const std::string& kernel, abi::u32 actor, unsigned threads = 1) {
    CUhandle entry = nullptr;
    MUST(cuModuleGetFunction(&entry, module_, ("ring_run_" + kernel).c_str()));
    const CUhandle stream = make_stream();
    const ring_launch parameters{memory_.take_all<abi::u32>({actor}), 0, 0};
    MUST(launch(entry, {1, threads, 0, stream}, parameters));
    return stream;
  }

  const abi::header* wait_for_message(abi::u32 actor, int ms = 20'000) {
    const auto until = clock::now() + std::chrono::milliseconds(ms);
    while (clock::now() < until) {
      if (const abi::header* found = memory_.receive(actor)) return found;
      std::this_thread::yield();
    }
    std::fprintf(stderr, "no message came\n%s", ring_standin_log());
    std::_Exit(3);
  }

 private:
  std::string unit_;
  arena memory_;
  CUhandle module_ = nullptr;
};

void run_vector_add() {
  ring_device device;
  arena& memory = device.memory();
  const abi::u32 adder = memory.add_actor(1, 0);
  memory.command(adder, abi::command::activate);
  CUhandle stream = device.run("vector_add", adder);
  report("busy", cuStreamQuery(stream));

  unsigned sent = 0, received = 0, wrong = 0;
  constexpr unsigned kMessages = 2000;
  while (received < kMessages) {
    const float request[2] = {static_cast<float>(sent), 0.5f};
    if (sent < kMessages && memory.send(adder, device.type("VectorAddRequest"), request, sizeof request)) sent += 1;
    const abi::header* message = memory.receive(adder);
    if (message == nullptr) continue;
    const float result = *reinterpret_cast<const float*>(message + 1);
    wrong += result != static_cast<float>(received) + 0.5f || message->correlation_id != received + 1 ? 1 : 0;
    received += 1;
  }
  report("wrong", wrong);

  // What would wait for the persistent kernel is refused while it is resident.
  CUdeviceptr p = 0;
  report("whileResident", cuMemAlloc_v2(&p, 64));
  report("why", last_complaint());

  memory.park(adder, 1);
  MUST(cuStreamSynchronize(stream));
  report("afterwards", cuMemAlloc_v2(&p, 64));

  // On the same rings again.
  memory.park(adder, 0);
  const float request[2] = {3, 4};
  memory.send(adder, device.type("VectorAddRequest"), request, sizeof request);
  stream = device.run("vector_add", adder);
  report("again", *reinterpret_cast<const float*>(device.wait_for_message(adder) + 1));
  memory.command(adder, abi::command::terminate);
  MUST(cuStreamSynchronize(stream));
  report("state", memory.state(adder));
  report("processed", memory.at<abi::actor>(adder).processed);
  MUST(cuModuleUnload(device.module()));
  MUST(cuMemHostUnregister(memory.base()));
  report("complaints", std::string(ring_standin_log()));
}

void run_ping_pong() {
  ring_device device;
  arena& memory = device.memory();
  const abi::u32 ping = memory.add_actor(1, 2), pong = memory.add_actor(2, 0);
  memory.connect(ping, 0, pong);
  memory.command(ping, abi::command::activate);
  memory.command(pong, abi::command::activate);
  const CUhandle streams[] = {device.run("ping", ping), device.run("pong", pong)};
  const abi::u32 rounds = 300;
  memory.send(ping, device.type("Start"), &rounds, sizeof rounds);
  report("replies", *reinterpret_cast<const abi::u32*>(device.wait_for_message(ping, 60'000) + 1));
  memory.park(ping, 1);
  memory.park(pong, 1);
  for (const CUhandle each : streams) MUST(cuStreamSynchronize(each));
  report("pings", memory.at<abi::actor>(pong).processed);
  report("pongs", memory.at<abi::actor>(ping).processed);
}

/// A kernel with a block of 256 threads that adds up the numbers of a request.
void run_wide() {
  ring_device device;
  arena& memory = device.memory();
  const abi::u32 actor = memory.add_actor(1, 0);
  memory.at<abi::actor>(actor).block_dim[0] = 256;
  memory.command(actor, abi::command::activate);
  const CUhandle stream = device.run("wide", actor, 256);
  for (abi::u32 n = 1; n <= 50; ++n) memory.send(actor, 1, &n, sizeof n);
  abi::u64 sum = 0;
  for (int i = 0; i < 50; ++i) sum += *reinterpret_cast<const abi::u64*>(device.wait_for_message(actor) + 1);
  report("sum", sum);
  // A handler that fails ends the context, and leaves in the arena why.
  const abi::u32 too_many = 1000;
  memory.send(actor, 1, &too_many, sizeof too_many);
  report("failed", cuStreamSynchronize(stream));
  report("fault", memory.at<abi::actor>(actor).fault[0]);
  report("index", memory.at<abi::actor>(actor).fault[1]);
  report("sticky", cuCtxSynchronize());
}

/// RING_ENTRIES: kernels of the unit, separated by commas.
void run_entries() {
  make_context();
  CUhandle module = nullptr, entry = nullptr;
  const std::string ptx = compile_unit(read_text(environment("RING_UNIT")));
  MUST(cuModuleLoadDataEx(&module, ptx.c_str(), 0, nullptr, nullptr));
  std::string names = environment("RING_ENTRIES");
  while (!names.empty()) {
    const std::string name = names.substr(0, names.find(','));
    names.erase(0, name.size() + 1);
    int threads = 0;
    MUST(cuModuleGetFunction(&entry, module, ("ring_run_" + name).c_str()));
    MUST(cuFuncGetAttribute(&threads, 0, entry));
    report(name, threads);
  }
}

const registered_scenario kAll[] = {
    {"vector_add", run_vector_add}, {"ping_pong", run_ping_pong}, {"wide", run_wide}, {"entries", run_entries}};

}
}
