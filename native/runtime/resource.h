// What lives on a device and has to be given back. Made and freed on the thread of its context; only `is_released` may
// be asked elsewhere.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <utility>

#include "runtime/failure.h"

namespace ring {

class context;

enum class resource_kind { host_memory, device_memory, module, function };

class resource {
 public:
  /// What depends on `parent` is gone together with it: functions and variables of a module.
  resource(std::shared_ptr<context> owner, std::shared_ptr<resource> parent)
      : owner_(std::move(owner)), parent_(std::move(parent)) {}
  virtual ~resource() = default;
  resource(const resource&) = delete;
  resource& operator=(const resource&) = delete;

  virtual resource_kind kind() const = 0;
  context& owner() const { return *owner_; }
  const std::shared_ptr<context>& shared_owner() const { return owner_; }

  bool is_released() const {
    return is_released_.load(std::memory_order_acquire) || (parent_ != nullptr && parent_->is_released());
  }

 private:
  friend class context;

  /// Why it cannot be given back now, if so.
  virtual outcome may_go() const { return std::nullopt; }
  /// The driver's calls. Called once.
  virtual outcome free() = 0;

  const std::shared_ptr<context> owner_;
  const std::shared_ptr<resource> parent_;
  std::atomic<bool> is_released_ = false;
};

}
