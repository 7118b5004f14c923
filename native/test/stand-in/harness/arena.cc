#include "arena.h"

#include <sys/mman.h>
#include <time.h>

#include <atomic>
#include <thread>

namespace harness {

namespace {

constexpr abi::u32 kStride = 128;
constexpr abi::u32 kOutbox = 1024;
constexpr abi::u32 kActors = 64;

abi::u32 load(const abi::u32& word) {
  return std::atomic_ref(const_cast<abi::u32&>(word)).load(std::memory_order_seq_cst);
}
void store(abi::u32& word, abi::u32 value) { std::atomic_ref(word).store(value, std::memory_order_seq_cst); }

abi::u64 hybrid_time() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return (static_cast<abi::u64>(now.tv_sec) * 1000 + static_cast<abi::u64>(now.tv_nsec) / 1'000'000) << 22;
}

}

arena::arena(size_t bytes) : bytes_(bytes) {
  base_ = static_cast<char*>(mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  auto& head = at<abi::arena>(abi::kArenaHeaderAddress);
  head.magic = abi::kMagic;
  head.version = abi::kVersion;
  head.bytes = static_cast<abi::u32>(bytes);
  head.actors = take(kActors * sizeof(abi::u32));
  head.actor_limit = kActors;
  head.host_ready = take(kActors / 8);
  head.host_ready_words = kActors / 32;
}

arena::~arena() { munmap(base_, bytes_); }

abi::u32 arena::take(size_t bytes) {
  const abi::u32 address = next_;
  next_ += static_cast<abi::u32>((bytes + 127) / 128 * 128);
  return address;
}

abi::u32 arena::add_ring(abi::u32 capacity, abi::u32 owner) {
  const abi::u32 address = take(sizeof(abi::ring));
  auto& r = at<abi::ring>(address);
  r.capacity = capacity;
  r.mask = capacity - 1;
  r.stride = kStride;
  r.slots = take(size_t{capacity} * kStride);
  r.owner = owner;
  return address;
}

abi::u32 arena::add_report(abi::u32 print_words) {
  const abi::u32 address = take(sizeof(abi::report));
  at<abi::report>(address).prints = take(size_t{print_words} * sizeof(abi::u64));
  at<abi::report>(address).print_words = print_words;
  return address;
}

abi::u32 arena::add_actor(abi::u32 id, abi::u32 ports) {
  const abi::u32 address = take(sizeof(abi::actor)), worker = take(sizeof(abi::worker));
  at<abi::worker>(worker).ready = take(kActors / 8);
  at<abi::worker>(worker).ready_words = kActors / 32;
  at<abi::worker>(worker).report = add_report();
  auto& a = at<abi::actor>(address);
  a.stats.min_latency_ns = ~0ull;
  a.id = id;
  a.worker = worker;
  a.instances = 1;
  for (abi::u32& ring : a.rings) ring = add_ring(256, id);
  a.out_ring = add_ring(1024, 0);
  a.outbox_capacity = kOutbox;
  a.outbox_stride = kStride;
  a.outbox = take(size_t{kOutbox} * kStride);
  a.histogram = take(abi::kHistogramBuckets * sizeof(abi::u64));
  a.misses = take(sizeof(abi::misses));
  a.route_count = ports;
  a.routes = take((ports + 1) * sizeof(abi::route));
  a.max_hops = 16;
  a.ready_index = id;
  a.block_dim[0] = a.block_dim[1] = a.block_dim[2] = 1;
  a.grid_dim[0] = a.grid_dim[1] = a.grid_dim[2] = 1;
  at<abi::u32>(at<abi::arena>(abi::kArenaHeaderAddress).actors + id * 4) = address;
  return address;
}

void arena::connect(abi::u32 from, abi::u32 port, abi::u32 to) {
  abi::channel way{};
  way.targets = take_all<abi::u32>({to});
  way.target_count = 1;
  const abi::u32 channels = take_all<abi::channel>({way});
  (&at<abi::route>(at<abi::actor>(from).routes))[port] = {channels, 1};
}

void arena::command(abi::u32 actor, abi::command what) {
  store(at<abi::actor>(actor).ctl.command, ++commands_ << 8 | static_cast<abi::u32>(what));
  ring_bell(actor);
}

void arena::ring_bell(abi::u32 actor) {
  auto& w = worker_of(actor);
  store(w.mail, w.mail + 1);
}

abi::u32 arena::state(abi::u32 actor) const { return load(at<abi::actor>(actor).ctl.state); }

bool arena::send(abi::u32 actor, abi::u32 type_id, const void* payload, size_t bytes) {
  auto& r = at<abi::ring>(at<abi::actor>(actor).rings[0]);
  const abi::u32 tail = r.tail;
  if (tail - load(r.head) >= r.capacity) return false;
  auto& slot = at<abi::header>(r.slots + (tail & r.mask) * r.stride);
  slot = {};
  slot.payload_bytes = static_cast<abi::u32>(bytes);
  slot.message_id = ++messages_;
  slot.hlc = hybrid_time();
  slot.type_id = type_id;
  std::memcpy(&slot + 1, payload, bytes);
  slot.sequence = tail + 1;
  store(r.tail, tail + 1);
  ring_bell(actor);
  return true;
}

const abi::header* arena::receive(abi::u32 actor) {
  auto& r = at<abi::ring>(at<abi::actor>(actor).out_ring);
  const auto& slot = at<abi::header>(r.slots + (r.head & r.mask) * r.stride);
  if (load(slot.sequence) != r.head + 1) return nullptr;
  store(r.head, r.head + 1);
  return &slot;
}

void arena::park(abi::u32 actor, abi::u32 epoch) { store(at<abi::worker>(at<abi::actor>(actor).worker).park, epoch); }

abi::u32 arena::parked(abi::u32 actor) const { return load(worker_of(actor).parked); }

void arena::wait_for_processed(abi::u32 actor, abi::u64 count) const {
  while (std::atomic_ref(at<abi::actor>(actor).processed).load() < count) std::this_thread::yield();
}

}
