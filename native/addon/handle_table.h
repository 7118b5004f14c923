// The numbers by which JavaScript knows what lives here. A number names a slot and how many times the slot was used
// before, so that one that was released is told from its successor; and the environment that it belongs to, so that a
// number that was sent to another thread is told as well. All of it fits into 53 bits: a safe integer.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace ring {

enum class handle_kind : uint8_t { context, host_memory, device_memory, module, function, compiler, watch };

const char* name_of(handle_kind kind);

enum class handle_trouble { none, not_a_handle, foreign, stale };

class handle_table {
 public:
  struct entry {
    handle_kind kind = handle_kind::context;
    std::shared_ptr<void> object;
  };
  struct finding {
    handle_trouble trouble = handle_trouble::not_a_handle;
    /// Good until the table is changed.
    const entry* found = nullptr;
  };

  static constexpr unsigned kIndexBits = 16;
  static constexpr unsigned kGenerationBits = 24;
  static constexpr unsigned kEnvironmentBits = 13;

  /// `environment`: 1 to 2^13 − 1.
  explicit handle_table(uint32_t environment) : environment_(environment) {}

  /// Nothing when all slots are taken.
  std::optional<uint64_t> insert(handle_kind kind, std::shared_ptr<void> object);
  finding find(double number) const;
  /// False when there is no such handle (any more).
  bool erase(double number);

  /// Calls `visit(number, entry)` for each handle.
  template <class Visit>
  void for_each(Visit visit) const {
    for (size_t index = 0; index < slots_.size(); index++) {
      if (slots_[index].content.object != nullptr) visit(number_of(index), slots_[index].content);
    }
  }

  size_t size() const { return size_; }
  void clear();

 private:
  struct slot {
    uint32_t generation = 1;
    entry content;
  };

  uint64_t number_of(size_t index) const;
  handle_trouble locate(double number, size_t& index) const;

  const uint32_t environment_;
  std::vector<slot> slots_;
  std::vector<uint32_t> free_;
  size_t size_ = 0;
};

}
