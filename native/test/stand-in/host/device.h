// The devices that the settings ask for.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cuda_types.h"
#include "grid.h"

namespace standin {

class context;

/// The limits of all architectures that ring kernels run on.
inline constexpr unsigned kMaxThreadsPerBlock = 1024;
inline constexpr unsigned kMaxThreadsPerMultiprocessor = 2048;
inline constexpr unsigned kMaxBlocksPerMultiprocessor = 32;
inline constexpr unsigned kRegistersPerMultiprocessor = 65536;
inline constexpr unsigned kSharedPerBlock = 48 << 10;
inline constexpr unsigned kSharedPerBlockOptIn = 227 << 10;
inline constexpr unsigned kSharedPerMultiprocessor = 228 << 10;
inline constexpr unsigned kReservedSharedPerBlock = 1 << 10;

class device {
 public:
  explicit device(int ordinal);

  int ordinal() const { return ordinal_; }
  unsigned multiprocessors() const { return multiprocessors_; }
  /// 10 × major + minor.
  int compute() const { return compute_; }
  size_t memory_bytes() const { return memory_bytes_; }
  occupancy& room() { return room_; }

  /// False where there is no such attribute.
  bool attribute(int id, int& value) const;

  /// Bytes that cuMemAlloc has given out.
  size_t allocated_bytes = 0;
  std::shared_ptr<context> primary;
  unsigned primary_references = 0;

 private:
  int ordinal_;
  unsigned multiprocessors_;
  int compute_;
  size_t memory_bytes_;
  occupancy room_;
};

/// Handles of devices are no ordinals: who mixes them up is told so.
inline constexpr int kFirstDevice = 1000;

/// Nullptr for what is no device's handle.
device* find_device(int handle);
int device_count();

}
