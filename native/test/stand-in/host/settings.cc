#include "settings.h"

#include <charconv>
#include <cstdlib>

#include "journal.h"

namespace standin {

namespace {

bool read_number(const std::string& text, long long& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && number >= 0;
}

}

/// Never destroyed: kernels may still run when the process ends.
settings& settings::get() {
  static settings& instance = *new settings;
  return instance;
}

settings::settings() {
  constexpr std::pair<const char*, long long> kNumbers[] = {
      {"devices", 1},        {"compute", 90},   {"sms", 8},       {"memory_mb", 4096}, {"driver", 12080},
      {"nvrtc", 12080},      {"registers", 64}, {"strict", 1},    {"grace_ms", 5000},  {"watchdog_ms", 0},
      {"spin_us", 0},        {"quiet", 0},      {"optimize", 1},  {"stack_kb", 64},    {"timer_step_ns", 32},
      {"least_pause_us", 0}, {"coherent", 1},   {"timer_ppm", 0},
  };
  for (const auto& [key, value] : kNumbers) numbers_[key] = value;
  texts_ = {{"compiler", "c++"}, {"flags", ""}, {"cache", ""}, {"log", ""}};
  const char* text = std::getenv("RING_STANDIN");
  for (std::string rest = text == nullptr ? "" : text; !rest.empty();) {
    const size_t comma = rest.find(',');
    const std::string entry = rest.substr(0, comma);
    rest = comma == std::string::npos ? "" : rest.substr(comma + 1);
    const size_t equals = entry.find('=');
    if (equals == std::string::npos || !set(entry.substr(0, equals), entry.substr(equals + 1)))
      std::fprintf(stderr, "ring stand-in: RING_STANDIN has no setting '%s'\n", entry.c_str());
  }
}

bool settings::set(const std::string& key, const std::string& value) {
  if (key == "fail") return inject_failure(value);
  const std::lock_guard lock(mutex_);
  long long number = 0;
  if (key == "attribute") {
    const size_t colon = value.find(':');
    long long id = 0;
    if (colon == std::string::npos || !read_number(value.substr(0, colon), id)) return false;
    if (!read_number(value.substr(colon + 1), number)) return false;
    attributes_[static_cast<int>(id)] = static_cast<int>(number);
    return true;
  }
  if (const auto text = texts_.find(key); text != texts_.end()) {
    text->second = value;
    return true;
  }
  const auto found = numbers_.find(key);
  if (found == numbers_.end() || !read_number(value, number)) return false;
  found->second = number;
  return true;
}

long long settings::number(const char* key) const { return numbers_.find(key)->second; }

std::string settings::text(const char* key) const {
  const std::lock_guard lock(mutex_);
  return texts_.find(key)->second;
}

bool settings::attribute(int id, int& value) const {
  const std::lock_guard lock(mutex_);
  const auto found = attributes_.find(id);
  if (found == attributes_.end()) return false;
  value = found->second;
  return true;
}

}
