// The native baseline of bench/: two threads, two rings, each message copied into a slot, echoed, and read, with the
// same slot size as the studio's rings. Single producer, single consumer, with cached indices; published in batches,
// because the studio's rings are too.
//
// Usage: ring_echo SLOT_BYTES CAPACITY BATCH. Then for each line "N" on stdin it echoes N messages and prints the ns.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <thread>

namespace {

struct Ring {
  Ring(uint32_t slot_bytes, uint32_t capacity)
      : stride(slot_bytes),
        mask(capacity - 1),
        slots(static_cast<uint8_t*>(std::aligned_alloc(128, slot_bytes * capacity))) {
    std::memset(slots, 0, static_cast<size_t>(slot_bytes) * capacity);
  }
  ~Ring() { std::free(slots); }

  uint8_t* slot(uint32_t position) { return slots + static_cast<size_t>(position & mask) * stride; }

  const uint32_t stride;
  const uint32_t mask;
  uint8_t* const slots;
  alignas(128) std::atomic<uint32_t> tail{0};
  alignas(128) std::atomic<uint32_t> head{0};
};

struct Producer {
  explicit Producer(Ring& to) : ring(to) {}
  /// The next free slot, null when the ring is full.
  uint8_t* reserve() {
    if (next - known_head > ring.mask) {
      known_head = ring.head.load(std::memory_order_acquire);
      if (next - known_head > ring.mask) return nullptr;
    }
    return ring.slot(next++);
  }
  void publish() { ring.tail.store(next, std::memory_order_release); }

  Ring& ring;
  uint32_t next = 0;
  uint32_t known_head = 0;
};

struct Consumer {
  explicit Consumer(Ring& from) : ring(from) {}
  const uint8_t* peek() {
    if (next == known_tail) known_tail = ring.tail.load(std::memory_order_acquire);
    return next == known_tail ? nullptr : ring.slot(next);
  }
  void release() { ring.head.store(next, std::memory_order_release); }

  Ring& ring;
  uint32_t next = 0;
  uint32_t known_tail = 0;
};

void echo(Ring& requests, Ring& replies, uint64_t count, uint32_t batch) {
  Consumer in(requests);
  Producer out(replies);
  for (uint64_t done = 0; done < count;) {
    uint32_t n = 0;
    for (; n < batch; ++n) {
      const uint8_t* message = in.peek();
      if (message == nullptr) break;
      uint8_t* slot = out.reserve();
      if (slot == nullptr) break;
      std::memcpy(slot, message, requests.stride);
      in.next += 1;
    }
    if (n == 0) continue;
    out.publish();
    in.release();
    done += n;
  }
}

/// Writes and reads every byte of every message, as the sender and the receiver of the studio's bench do.
uint64_t exchange(Ring& requests, Ring& replies, uint64_t count, uint32_t batch) {
  Producer out(requests);
  Consumer in(replies);
  const uint32_t words = requests.stride / 8;
  uint64_t sum = 0;
  for (uint64_t sent = 0, received = 0; received < count;) {
    uint32_t n = 0;
    for (; n < batch && sent < count; ++n, ++sent) {
      auto* slot = reinterpret_cast<uint64_t*>(out.reserve());
      if (slot == nullptr) break;
      for (uint32_t i = 0; i < words; ++i) slot[i] = sent + i;
    }
    if (n > 0) out.publish();
    n = 0;
    for (; n < batch; ++n, ++received) {
      const auto* slot = reinterpret_cast<const uint64_t*>(in.peek());
      if (slot == nullptr) break;
      for (uint32_t i = 0; i < words; ++i) sum += slot[i];
      in.next += 1;
    }
    if (n > 0) in.release();
  }
  return sum;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const auto slot_bytes = static_cast<uint32_t>(std::atoi(argv[1]));
  const auto capacity = static_cast<uint32_t>(std::atoi(argv[2]));
  const auto batch = static_cast<uint32_t>(std::atoi(argv[3]));
  volatile uint64_t sink = 0;
  unsigned long long count = 0;
  while (std::scanf("%llu", &count) == 1) {
    Ring requests(slot_bytes, capacity);
    Ring replies(slot_bytes, capacity);
    const auto start = std::chrono::steady_clock::now();
    std::thread other([&] { echo(requests, replies, count, batch); });
    sink = sink + exchange(requests, replies, count, batch);
    other.join();
    const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - start);
    std::printf("%lld\n", static_cast<long long>(ns.count()));
    std::fflush(stdout);
  }
  return 0;
}
