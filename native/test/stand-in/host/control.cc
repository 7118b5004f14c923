// The control interface (ring_standin.h).
#include "../ring_standin.h"

#include <string>

#include "call.h"
#include "context.h"
#include "cuda_types.h"
#include "handles.h"
#include "journal.h"
#include "memory.h"
#include "nvrtc_programs.h"
#include "settings.h"

namespace standin {

RING_EXPORT int ring_standin_set(const char* key, const char* value) {
  return key != nullptr && value != nullptr && settings::get().set(key, value) ? 0 : 1;
}

RING_EXPORT const char* ring_standin_log(void) {
  thread_local std::string text;
  text = journal_text();
  return text.c_str();
}

RING_EXPORT void ring_standin_clear_log(void) { clear_journal(); }

RING_EXPORT unsigned long long ring_standin_calls(const char* name) { return name == nullptr ? 0 : count_calls(name); }

RING_EXPORT long long ring_standin_live(const char* what) {
  const driver_lock lock(driver_mutex());
  const std::string word = what == nullptr ? "" : what;
  if (word == "contexts") return static_cast<long long>(handles().contexts.size());
  if (word == "modules") return static_cast<long long>(handles().modules.size());
  if (word == "streams") return static_cast<long long>(handles().streams.size());
  if (word == "events") return static_cast<long long>(handles().events.size());
  if (word == "allocations") return count_allocations();
  if (word == "registrations") return count_registrations();
  if (word == "programs") return count_programs();
  if (word != "grids") return -1;
  long long grids = 0;
  handles().contexts.for_each([&](const context& each) { grids += each.launches(); });
  return grids;
}

RING_EXPORT int ring_standin_break_context(int code) {
  std::shared_ptr<context> c;
  {
    const driver_lock lock(driver_mutex());
    c = current_context();
  }
  if (c == nullptr || code == 0) return kInvalidContext;
  c->fail(code, "told to fail");
  return kSuccess;
}

}
