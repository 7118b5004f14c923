// Generated units as the CUDA device runs them: their persistent kernels over an arena.
#include "ring_device.h"

namespace harness {

namespace {

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
  report("fault", memory.report_of(actor).code);
  report("index", memory.report_of(actor).details[0]);
  report("of", std::string(memory.report_of(actor).text));
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
