// Handles: numbers that look like pointers, are never null, and are given once.
#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "cuda_types.h"

namespace standin {

/// Of all kinds of handles together, and not of any use as an address.
uintptr_t next_handle();

/// With the driver's lock held.
template <class T>
class handle_table {
 public:
  handle add(std::shared_ptr<T> object) {
    const auto given = reinterpret_cast<handle>(next_handle());
    objects_[given] = std::move(object);
    return given;
  }
  std::shared_ptr<T> find(handle h) const {
    const auto found = objects_.find(h);
    return found == objects_.end() ? nullptr : found->second;
  }
  void remove(handle h) { objects_.erase(h); }
  template <class F>
  void remove_if(F is_wanted) {
    std::erase_if(objects_, [&](const auto& entry) { return is_wanted(*entry.second); });
  }
  template <class F>
  void for_each(F visit) const {
    for (const auto& [number, object] : objects_) visit(*object);
  }
  size_t size() const { return objects_.size(); }

 private:
  std::map<handle, std::shared_ptr<T>> objects_;
};

class context;
class loaded_module;
class stream;
struct event;
struct function;

struct all_handles {
  handle_table<context> contexts;
  handle_table<loaded_module> modules;
  handle_table<function> functions;
  handle_table<stream> streams;
  handle_table<event> events;
};

/// Never destroyed: other threads may still be in here when the process ends.
all_handles& handles();

}
