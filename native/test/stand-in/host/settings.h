// What tests have set (ring_standin.h).
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>

namespace standin {

/// Numbers are read by threads of blocks while tests set them.
class settings {
 public:
  static settings& get();

  /// False where there is no such key, or the value is none of its.
  bool set(const std::string& key, const std::string& value);

  long long number(const char* key) const;
  std::string text(const char* key) const;
  /// True where `attribute` has been set.
  bool attribute(int id, int& value) const;

 private:
  settings();

  std::map<std::string, std::atomic<long long>> numbers_;
  std::map<std::string, std::string> texts_;
  std::map<int, int> attributes_;
  mutable std::mutex mutex_;
};

}
