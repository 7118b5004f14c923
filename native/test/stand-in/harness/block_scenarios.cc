// Actors of several blocks, and what kernels say besides messages: kernels/test/many_blocks.cu.
#include <algorithm>
#include <cstdio>
#include <set>
#include <thread>

#include "ring_device.h"

namespace harness {

namespace {

struct place {
  abi::u32 thread[3], block[3], threads[3], blocks[3], index;
};

constexpr unsigned kThreads = 4 * 3 * 2;
constexpr unsigned kBlocks = 2 * 1 * 2;

/// Two instances of `cube`.
class cubes {
 public:
  explicit cubes(ring_device& device) : device_(device) {
    for (abi::u32 instance = 0; instance < 2; ++instance) {
      all[instance] = device.memory().add_actor(instance + 1, 1);
      auto& a = device.memory().at<abi::actor>(all[instance]);
      a.block_dim[0] = 4, a.block_dim[1] = 3, a.block_dim[2] = 2;
      a.grid_dim[0] = 2, a.grid_dim[1] = 1, a.grid_dim[2] = 2;
      a.instance = instance;
      a.instances = 2;
      a.first_block = instance * kBlocks;
      device.memory().command(all[instance], abi::command::activate);
    }
  }
  /// Not in their order.
  void launch() { stream_ = device_.run("cube", {all[1], all[0]}, {kBlocks, {4, 3, 2}, kThreads * 4}); }
  int wait() { return cuStreamSynchronize(stream_); }
  void park(abi::u32 epoch) {
    for (const abi::u32 each : all) device_.memory().park(each, epoch);
  }
  template <class... T>
  void send(unsigned instance, const char* type, T... fields) {
    const abi::u32 words[] = {fields..., 0};
    device_.memory().send(all[instance], device_.type(type), words, std::max<size_t>(sizeof...(fields), 1) * 4);
  }
  abi::u64 sum(unsigned instance) { return device_.receive<abi::u64>(all[instance]); }

  abi::u32 all[2];

 private:
  ring_device& device_;
  CUhandle stream_ = nullptr;
};

std::string dotted(const abi::u32 (&values)[3]) {
  return std::to_string(values[0]) + "," + std::to_string(values[1]) + "," + std::to_string(values[2]);
}

void report_places(ring_device& device, cubes& actors) {
  std::set<std::string> places;
  std::set<abi::u32> indices;
  place last{};
  for (unsigned i = 0; i < kThreads * kBlocks; ++i) {
    const auto found = device.receive<place>(actors.all[1]);
    places.insert(dotted(found.block) + "/" + dotted(found.thread));
    indices.insert(found.index);
    last = found;
  }
  report("places", places.size());
  report("first", *places.begin());
  report("last", *places.rbegin());
  report("dimensions", dotted(last.threads) + "/" + dotted(last.blocks));
  report("indices", std::to_string(*indices.begin()) + "-" + std::to_string(*indices.rbegin()));
}

void run_blocks() {
  ring_device device;
  auto& memory = device.memory();
  cubes actors(device);
  actors.launch();
  actors.send(1, "Locate");
  report_places(device, actors);

  // Both at a time.
  for (const unsigned instance : {0, 1}) actors.send(instance, "Exchange", 20u);
  report("wrong", actors.sum(0) + actors.sum(1));

  for (int i = 0; i < 3; ++i) actors.send(0, "Leave");
  abi::u64 votes = 0;
  for (int i = 0; i < 3 * 12; ++i) votes += actors.sum(0);
  report("votes", votes);
  actors.send(0, "Share");
  abi::u64 shared = 0;
  for (unsigned i = 0; i < kBlocks; ++i) shared += actors.sum(0);
  report("shared", shared);
  actors.send(0, "Draw");
  memory.wait_for_processed(actors.all[0], 6);

  actors.park(1);
  report("parked", actors.wait());
  report("drawn", memory.at<abi::actor>(actors.all[0]).random_counter);
  report("processed", memory.at<abi::actor>(actors.all[0]).processed);
  report("nothingMore", memory.receive(actors.all[0]) == nullptr);

  // On the same rings again, where one of them ends.
  actors.park(0);
  for (const abi::u32 each : actors.all) memory.worker_of(each).parked = 0;
  actors.launch();
  memory.command(actors.all[1], abi::command::terminate);
  actors.send(0, "Exchange", 3u);
  report("again", actors.sum(0));
  while (memory.parked(actors.all[1]) == 0) std::this_thread::yield();
  report("hasLeft", memory.parked(actors.all[1]) == abi::kHasLeft);
  report("acknowledged",
         memory.at<abi::actor>(actors.all[1]).ctl.acknowledged == memory.at<abi::actor>(actors.all[1]).ctl.command);
  actors.park(2);
  report("ended", actors.wait());
  report("states", std::to_string(memory.state(actors.all[0])) + " " + std::to_string(memory.state(actors.all[1])));

  // An actor that has ended leaves at once; started again it goes on.
  auto& ended = memory.at<abi::actor>(actors.all[1]);
  actors.park(0);
  actors.launch();
  while (memory.parked(actors.all[1]) == 0 || memory.parked(actors.all[1]) == 2) std::this_thread::yield();
  report("leavesAtOnce", memory.parked(actors.all[1]) == abi::kHasLeft);
  actors.park(3);
  MUST(actors.wait());
  ended.ctl.state = static_cast<abi::u32>(abi::state::active);
  actors.park(0);
  actors.launch();
  actors.send(1, "Exchange", 1u);
  report("restarted", actors.sum(1));
  actors.park(4);
  MUST(actors.wait());
  report("complaints", std::string(ring_standin_log()));
}

template <class T>
std::string hex(const arena& memory, abi::u32 address, size_t bytes) {
  std::string text;
  char digits[3];
  for (size_t i = 0; i < bytes; ++i) {
    std::snprintf(digits, sizeof digits, "%02x",
                  static_cast<unsigned>(memory.at<T>(address + static_cast<abi::u32>(i))));
    text += digits;
  }
  return text;
}

/// What lies in the arena, for the reader of it.
void report_report(const std::string& name, const arena& memory, abi::u32 address) {
  const auto& r = memory.at<abi::report>(address);
  report(name, hex<unsigned char>(memory, address, sizeof r));
  report(name + "Words", hex<unsigned char>(memory, r.prints, r.print_words * 8));
}

void run_prints() {
  ring_device device;
  auto& memory = device.memory();
  cubes actors(device);
  actors.launch();
  actors.send(0, "Say", 2u);
  actors.send(1, "Say", 200u);
  for (const abi::u32 each : actors.all) memory.wait_for_processed(each, 1);
  actors.park(1);
  const abi::u32 alone = memory.add_actor(5, 0);
  memory.command(alone, abi::command::activate);
  const abi::u32 times = 2;
  memory.send(alone, device.type("Say"), &times, sizeof times);
  MUST(cuStreamSynchronize(device.run("alone", alone)));
  report("returned", device.receive<abi::u64>(alone));
  report("signals", memory.worker_of(alone).signals);
  report("state", memory.state(alone));
  MUST(actors.wait());
  const abi::u32 launch = memory.add_report();
  device.set("ring_launch_fault", launch);
  const CUdeviceptr out = allocate(64);
  MUST(harness::launch(device.function(environment("RING_FUNCTION")), {4, 2}, out, 0u));
  const auto written = read<unsigned>(out, 8);
  report("written", std::to_string(written[0]) + " " + std::to_string(written[7]));
  report_report("cube", memory, memory.worker_of(actors.all[0]).report);
  report_report("full", memory, memory.worker_of(actors.all[1]).report);
  report_report("alone", memory, memory.worker_of(alone).report);
  report_report("launch", memory, launch);
}

void show_fault(const arena& memory, abi::u32 address) {
  const auto& r = memory.at<abi::report>(address);
  report("code", r.code);
  report("place", std::to_string(r.block) + "/" + std::to_string(r.thread));
  report("line", r.line);
  report("file", std::string(r.file, r.file_bytes));
  report("text", std::string(r.text, r.text_bytes));
}

/// RING_HOW: 1 assert, 2 trap, 3 assert in a plain function.
void run_fault() {
  ring_device device;
  auto& memory = device.memory();
  const auto how = static_cast<abi::u32>(std::stoul(environment("RING_HOW")));
  if (how == 3) {
    const abi::u32 launch = memory.add_report();
    device.set("ring_launch_fault", launch);
    MUST(harness::launch(device.function(environment("RING_FUNCTION")), {4, 2}, allocate(64), 1u));
    report("failed", cuCtxSynchronize());
    return show_fault(memory, launch);
  }
  cubes actors(device);
  actors.launch();
  actors.send(0, "Fail", how);
  report("failed", actors.wait());
  show_fault(memory, memory.worker_of(actors.all[0]).report);
  report("other", memory.report_of(actors.all[1]).code);
}

const registered_scenario kAll[] = {{"blocks", run_blocks}, {"prints", run_prints}, {"fault", run_fault}};

}
}
