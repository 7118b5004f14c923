#include "journal.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <vector>

#include "settings.h"

namespace standin {

namespace {

struct injected {
  std::string name;
  unsigned long long calls_left;
  int code;
};

struct journal {
  std::mutex mutex;
  std::string text;
  std::map<std::string, unsigned long long> calls;
  std::vector<injected> failures;
};

/// Never destroyed: threads of blocks may outlive the exit handlers.
journal& the_journal() {
  static journal& instance = *new journal;
  return instance;
}

thread_local const char* call_name = "";

std::string without_version(const std::string& name) {
  return name.ends_with("_v2") ? name.substr(0, name.size() - 3) : name;
}

std::string print(const char* format, va_list arguments) {
  char text[1024];
  std::vsnprintf(text, sizeof text, format, arguments);
  return text;
}

void write_line(const std::string& line) {
  if (settings::get().number("quiet") == 0) std::fprintf(stderr, "ring stand-in: %s\n", line.c_str());
  const std::string file = settings::get().text("log");
  journal& j = the_journal();
  const std::lock_guard lock(j.mutex);
  j.text += line + "\n";
  if (file.empty()) return;
  if (FILE* out = std::fopen(file.c_str(), "a")) {
    std::fprintf(out, "%s\n", line.c_str());
    std::fclose(out);
  }
}

}

void complain(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const std::string text = print(format, arguments);
  va_end(arguments);
  write_line(text);
}

int refuse(int code, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const std::string text = print(format, arguments);
  va_end(arguments);
  write_line(std::string(call_name) + ": " + text);
  return code;
}

const char* current_call() { return call_name; }
void set_current_call(const char* name) { call_name = name; }

int begin_call(const char* name) {
  call_name = name;
  journal& j = the_journal();
  int code = 0;
  {
    const std::lock_guard lock(j.mutex);
    j.calls[name] += 1;
    for (injected& each : j.failures)
      if (each.calls_left != 0 && each.name == without_version(name) && --each.calls_left == 0) code = each.code;
  }
  return code == 0 ? 0 : refuse(code, "fails with %d, as it was told to", code);
}

unsigned long long count_calls(const std::string& name) {
  journal& j = the_journal();
  const std::lock_guard lock(j.mutex);
  const auto found = j.calls.find(name);
  return found == j.calls.end() ? 0 : found->second;
}

bool inject_failure(const std::string& text) {
  const size_t at = text.find('@'), equals = text.find('=');
  if (at == std::string::npos || equals == std::string::npos || at == 0 || equals < at) return false;
  const unsigned long long count = std::strtoull(text.c_str() + at + 1, nullptr, 10);
  const int code = std::atoi(text.c_str() + equals + 1);
  if (count == 0 || code == 0) return false;
  journal& j = the_journal();
  const std::lock_guard lock(j.mutex);
  j.failures.push_back({without_version(text.substr(0, at)), count, code});
  return true;
}

std::string journal_text() {
  journal& j = the_journal();
  const std::lock_guard lock(j.mutex);
  return j.text;
}

void clear_journal() {
  journal& j = the_journal();
  const std::lock_guard lock(j.mutex);
  j.text.clear();
}

}
