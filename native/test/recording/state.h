// What the parts of the recording driver share: what there is, what the control file says, and the record.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace recording {

using address = unsigned long long;

constexpr int kOk = 0;
constexpr int kInvalidValue = 1;
constexpr int kNotInitialized = 3;
constexpr int kInvalidDevice = 101;
constexpr int kInvalidImage = 200;
constexpr int kInvalidContext = 201;
constexpr int kInvalidHandle = 400;
constexpr int kNotFound = 500;
constexpr int kNotReady = 600;
constexpr int kAlreadyRegistered = 712;
constexpr int kNotRegistered = 713;
constexpr int kDevice = 7;

struct module_state {
  std::string image;
};
struct function_state {
  std::string name;
  module_state* owner;
  int dynamic_shared = 49152;
};
struct stream_state {
  int launch = 0;
};

extern std::mutex& mutex;
extern std::map<std::string, int>& counts;
extern std::map<std::string, std::pair<int, int>>& failing;
extern std::set<std::string>& seen_lines;
extern bool is_initialized;
extern int retained;
extern int launch_count;
extern int sticky;
extern size_t stack_bytes;
extern std::map<address, size_t>& allocations;
extern std::map<void*, size_t>& registrations;
extern std::set<module_state*>& modules;
extern std::set<function_state*>& functions;
extern std::set<stream_state*>& streams;
extern std::set<void*>& events;
extern thread_local void* current;
extern char the_context;

/// Lines of the control file.
std::vector<std::string> control_lines();
bool is_controlled(const std::string& line);
__attribute__((format(printf, 1, 2))) void record(const char* format, ...);
/// False while it runs.
bool has_ended(int launch, int& code);
bool is_any_in_flight();
/// What a call answers before it does anything.
int begin(const char* name);
/// A real driver would wait for ever: here that is an error that no driver gives, and a word in the record.
int begin_housekeeping(const char* name);
void wait_while_hanging(const char* name);
int number_after(const std::string& name, const char* mark, int otherwise);
int answer(const char* name, int code, const std::string& what = "");

template <class... Parts>
std::string text(const Parts&... parts) {
  std::ostringstream all;
  ((all << parts), ...);
  return all.str();
}

struct entry {
  const char* name;
  /// The CUDA version that brought these parameters.
  int version;
  void* function;
};

template <class F>
void* as_pointer(F* function) {
  return reinterpret_cast<void*>(function);
}

std::vector<entry> context_entries();
std::vector<entry> memory_entries();
std::vector<entry> launch_entries();

}

// begin(), then the state that each call needs.
#define BEGIN(_name, _begin)         \
  wait_while_hanging(_name);         \
  const std::lock_guard lock(mutex); \
  if (const int code = _begin(_name)) return answer(_name, code)
#define NEED_INIT(_name) \
  if (!is_initialized) return answer(_name, kNotInitialized)
#define NEED_CONTEXT(_name)                                           \
  if (current != &the_context) return answer(_name, kInvalidContext); \
  if (sticky != 0) return answer(_name, sticky)
