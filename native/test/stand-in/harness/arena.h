// An arena as the host lays it out, as far as the harness's actors need one: no ledger, no names, no buffers.
#pragma once

#include <cstring>
#include <string>
#include <vector>

#include "../../../../kernels/abi/ring_abi.h"
#include "../../../../kernels/abi/ring_abi_cuda.h"

namespace harness {

namespace abi = ring::abi;

class arena {
 public:
  explicit arena(size_t bytes);
  ~arena();
  arena(const arena&) = delete;
  arena& operator=(const arena&) = delete;

  char* base() const { return base_; }
  size_t bytes() const { return bytes_; }

  template <class T>
  T& at(abi::u32 address) const {
    return *reinterpret_cast<T*>(base_ + address);
  }
  abi::u32 take(size_t bytes);
  template <class T>
  abi::u32 take_all(const std::vector<T>& values) {
    const abi::u32 address = take(values.size() * sizeof(T));
    std::memcpy(base_ + address, values.data(), values.size() * sizeof(T));
    return address;
  }

  /// With its worker and what it says, its rings and its outbox; launched.
  abi::u32 add_actor(abi::u32 id, abi::u32 ports);
  /// With room for so many words of printf.
  abi::u32 add_report(abi::u32 print_words = 1024);
  abi::report& report_of(abi::u32 actor) const { return at<abi::report>(worker_of(actor).report); }
  abi::worker& worker_of(abi::u32 actor) const { return at<abi::worker>(at<abi::actor>(actor).worker); }
  /// Output `port` of `from` leads to `to`.
  void connect(abi::u32 from, abi::u32 port, abi::u32 to);

  void command(abi::u32 actor, abi::command what);
  abi::u32 state(abi::u32 actor) const;
  /// Into the actor's ring from the host; false when that is full.
  bool send(abi::u32 actor, abi::u32 type_id, const void* payload, size_t bytes);
  /// The next message of its ring to the host; nullptr when there is none.
  const abi::header* receive(abi::u32 actor);
  void park(abi::u32 actor, abi::u32 epoch);
  abi::u32 parked(abi::u32 actor) const;
  /// Until it has handled so many messages.
  void wait_for_processed(abi::u32 actor, abi::u64 count) const;

 private:
  /// Something has been written for the actor.
  void ring_bell(abi::u32 actor);
  abi::u32 add_ring(abi::u32 capacity, abi::u32 owner);

  char* base_;
  size_t bytes_;
  abi::u32 next_ = 4096;
  abi::u32 commands_ = 0;
  abi::u64 messages_ = 0;
};

}
