#include "addon/handle_table.h"

#include <cmath>
#include <utility>

namespace ring {

namespace {

constexpr uint64_t kIndexMask = (uint64_t{1} << handle_table::kIndexBits) - 1;
constexpr uint64_t kGenerationMask = (uint64_t{1} << handle_table::kGenerationBits) - 1;
constexpr unsigned kEnvironmentShift = handle_table::kIndexBits + handle_table::kGenerationBits;
constexpr double kEnd = 9007199254740992.0;
static_assert(kEnvironmentShift + handle_table::kEnvironmentBits == 53, "a double holds whole numbers of 53 bits");

}

const char* name_of(handle_kind kind) {
  switch (kind) {
    case handle_kind::context:
      return "context";
    case handle_kind::host_memory:
      return "host memory";
    case handle_kind::device_memory:
      return "device memory";
    case handle_kind::module:
      return "module";
    case handle_kind::function:
      return "function";
    case handle_kind::compiler:
      return "compiler";
    case handle_kind::watch:
      return "watch";
  }
  return "handle";
}

std::optional<uint64_t> handle_table::insert(handle_kind kind, std::shared_ptr<void> object) {
  size_t index = slots_.size();
  if (!free_.empty()) {
    index = free_.back();
    free_.pop_back();
  } else if (index > kIndexMask) {
    return std::nullopt;
  } else {
    slots_.emplace_back();
  }
  slots_[index].content = {kind, std::move(object)};
  size_++;
  return number_of(index);
}

handle_table::finding handle_table::find(double number) const {
  size_t index = 0;
  const handle_trouble trouble = locate(number, index);
  return {trouble, trouble == handle_trouble::none ? &slots_[index].content : nullptr};
}

bool handle_table::erase(double number) {
  size_t index = 0;
  if (locate(number, index) != handle_trouble::none) return false;
  slot& freed = slots_[index];
  // Let go last: what is destroyed with it may come back here.
  const std::shared_ptr<void> kept = std::move(freed.content.object);
  freed.content.object = nullptr;
  size_--;
  // A slot whose generations are used up is not used again: no number ever comes twice.
  if (freed.generation < kGenerationMask) {
    freed.generation++;
    free_.push_back(static_cast<uint32_t>(index));
  } else {
    freed.generation = 0;
  }
  return true;
}

void handle_table::clear() {
  std::vector<uint64_t> numbers;
  for_each([&numbers](uint64_t number, const entry&) { numbers.push_back(number); });
  for (const uint64_t number : numbers) erase(static_cast<double>(number));
}

uint64_t handle_table::number_of(size_t index) const {
  return uint64_t{environment_} << kEnvironmentShift | uint64_t{slots_[index].generation} << kIndexBits | index;
}

handle_trouble handle_table::locate(double number, size_t& index) const {
  // NaN fails the first comparison.
  if (!(number >= 1 && number < kEnd) || std::floor(number) != number) return handle_trouble::not_a_handle;
  const auto bits = static_cast<uint64_t>(number);
  const uint64_t generation = bits >> kIndexBits & kGenerationMask;
  const uint64_t environment = bits >> kEnvironmentShift;
  if (environment == 0 || generation == 0) return handle_trouble::not_a_handle;
  if (environment != environment_) return handle_trouble::foreign;
  index = bits & kIndexMask;
  if (index >= slots_.size()) return handle_trouble::not_a_handle;
  const slot& one = slots_[index];
  return one.generation == generation && one.content.object != nullptr ? handle_trouble::none : handle_trouble::stale;
}

}
