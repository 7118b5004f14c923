// A device with an arena and a generated unit, as the CUDA device has them. RING_UNIT names the unit, RING_KERNELS the
// folder of its headers.
#pragma once

#include <string>
#include <vector>

#include "arena.h"
#include "scenario.h"

namespace harness {

std::string environment(const char* name);

/// Its PTX.
std::string compile_unit(const std::string& text);

class ring_device {
 public:
  ring_device();

  arena& memory() { return memory_; }
  /// As the unit states it: RING_TYPE_ID(::Name, 0x…u).
  abi::u32 type(const std::string& name) const;
  CUhandle module() const { return module_; }
  /// Writes a variable of the module.
  void set(const char* variable, abi::u32 value);
  CUhandle function(const std::string& name) const;

  struct grid_shape {
    unsigned blocks = 1;  ///< of each actor
    unsigned block[3] = {1, 1, 1};
    unsigned shared_bytes = 0;
  };
  /// One launch for all of them; answers with its stream.
  CUhandle run(const std::string& kernel, const std::vector<abi::u32>& actors, const grid_shape& shape);
  CUhandle run(const std::string& kernel, abi::u32 actor, unsigned threads = 1) {
    return run(kernel, std::vector{actor}, {1, {threads, 1, 1}, 0});
  }

  const abi::header* wait_for_message(abi::u32 actor, int ms = 20'000);
  template <class T>
  T receive(abi::u32 actor) {
    return *reinterpret_cast<const T*>(wait_for_message(actor) + 1);
  }

 private:
  std::string unit_;
  arena memory_;
  CUhandle module_ = nullptr;
};

}
