#include "state.h"

#include <dlfcn.h>

#include <chrono>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

namespace recording {

// Never destroyed: calls may still come while the process ends, as they do to a real driver.
std::mutex& mutex = *new std::mutex;
std::map<std::string, int>& counts = *new std::map<std::string, int>;
std::map<std::string, std::pair<int, int>>& failing = *new std::map<std::string, std::pair<int, int>>;
std::set<std::string>& seen_lines = *new std::set<std::string>;
bool is_initialized = false;
int retained = 0;
int launch_count = 0;
int sticky = 0;
size_t stack_bytes = 1024;
std::map<address, size_t>& allocations = *new std::map<address, size_t>;
std::map<void*, size_t>& registrations = *new std::map<void*, size_t>;
std::set<module_state*>& modules = *new std::set<module_state*>;
std::set<function_state*>& functions = *new std::set<function_state*>;
std::set<stream_state*>& streams = *new std::set<stream_state*>;
std::set<void*>& events = *new std::set<void*>;
thread_local void* current = nullptr;
char the_context;

namespace {

std::string path_beside(const char* ending) {
  Dl_info self = {};
  dladdr(reinterpret_cast<void*>(&path_beside), &self);
  return std::string(self.dli_fname) + ending;
}

}

std::vector<std::string> control_lines() {
  static const auto& path = *new std::string(path_beside(".control"));
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

bool is_controlled(const std::string& line) {
  for (const std::string& one : control_lines()) {
    if (one == line) return true;
  }
  return false;
}

void record(const char* format, ...) {
  static std::FILE* file = std::fopen(path_beside(".record").c_str(), "a");
  va_list arguments;
  va_start(arguments, format);
  std::vfprintf(file, format, arguments);
  va_end(arguments);
  std::fputc('\n', file);
  std::fflush(file);
}

bool has_ended(int launch, int& code) {
  for (const std::string& line : control_lines()) {
    std::istringstream words(line);
    std::string verb;
    int number = 0;
    if (!(words >> verb >> number) || verb != "end" || number != launch) continue;
    code = 0;
    words >> code;
    return true;
  }
  return false;
}

bool is_any_in_flight() {
  int code = 0;
  for (const stream_state* stream : streams) {
    if (stream->launch != 0 && !has_ended(stream->launch, code)) return true;
  }
  return false;
}

int begin(const char* name) {
  for (const std::string& line : control_lines()) {
    std::istringstream words(line);
    std::string verb;
    std::string function;
    int n = 0;
    int code = 0;
    words >> verb >> function >> n >> code;
    if (verb == "fail" && seen_lines.insert(line).second) failing[function] = {counts[function] + n, code};
  }
  const int count = ++counts[name];
  const auto found = failing.find(name);
  return found != failing.end() && found->second.first == count ? found->second.second : kOk;
}

int begin_housekeeping(const char* name) {
  if (const int code = begin(name)) return code;
  if (!is_any_in_flight()) return kOk;
  record("DEADLOCK %s", name);
  return 12345;
}

void wait_while_hanging(const char* name) {
  while (is_controlled(std::string("hang ") + name)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

int number_after(const std::string& name, const char* mark, int otherwise) {
  for (size_t at = name.find(mark); at != std::string::npos; at = name.find(mark, at + 1)) {
    const char* digits = name.c_str() + at + std::strlen(mark);
    if (*digits >= '0' && *digits <= '9') return std::atoi(digits);
  }
  return otherwise;
}

int answer(const char* name, int code, const std::string& what) {
  record("%s %s-> %d", name, what.empty() ? "" : (what + " ").c_str(), code);
  return code;
}

}
