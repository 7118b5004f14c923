// The recording driver: modules, launches, streams and events.
#include "state.h"

#include <cstring>

namespace recording {

namespace {

int fake_load(void** module, const void* image, unsigned count, int* options, void** values) {
  BEGIN("cuModuleLoadDataEx", begin_housekeeping);
  NEED_CONTEXT("cuModuleLoadDataEx");
  const std::string source = static_cast<const char*>(image);
  for (unsigned option = 0; option < count; option++) {
    const bool is_bad = source.rfind("garbage", 0) == 0;
    if (options[option] == 3) std::strcpy(static_cast<char*>(values[option]), is_bad ? "" : "info  : made");
    if (options[option] == 5) std::strcpy(static_cast<char*>(values[option]), is_bad ? "ptxas fatal: garbage" : "");
  }
  if (source.rfind("garbage", 0) == 0) return answer("cuModuleLoadDataEx", kInvalidImage);
  auto* made = new module_state{source};
  modules.insert(made);
  *module = made;
  return answer("cuModuleLoadDataEx", kOk, source);
}

int fake_unload(void* module) {
  BEGIN("cuModuleUnload", begin_housekeeping);
  NEED_CONTEXT("cuModuleUnload");
  auto* gone = static_cast<module_state*>(module);
  if (modules.erase(gone) == 0) return answer("cuModuleUnload", kInvalidHandle);
  std::erase_if(functions, [gone](function_state* one) { return one->owner == gone; });
  return answer("cuModuleUnload", kOk, gone->image);
}

int fake_get_function(void** function, void* module, const char* name) {
  BEGIN("cuModuleGetFunction", begin_housekeeping);
  NEED_CONTEXT("cuModuleGetFunction");
  if (modules.count(static_cast<module_state*>(module)) == 0) return answer("cuModuleGetFunction", kInvalidHandle);
  if (std::string(name).rfind("ring_", 0) != 0) return answer("cuModuleGetFunction", kNotFound, name);
  auto* made = new function_state{name, static_cast<module_state*>(module)};
  functions.insert(made);
  *function = made;
  return answer("cuModuleGetFunction", kOk, name);
}

int fake_get_global(address* pointer, size_t* bytes, void* module, const char* name) {
  BEGIN("cuModuleGetGlobal_v2", begin_housekeeping);
  NEED_CONTEXT("cuModuleGetGlobal_v2");
  if (modules.count(static_cast<module_state*>(module)) == 0) return answer("cuModuleGetGlobal_v2", kInvalidHandle);
  if (std::string(name) != "ring_arena_base") return answer("cuModuleGetGlobal_v2", kNotFound, name);
  static uint64_t variable = 0;
  *pointer = reinterpret_cast<address>(&variable);
  *bytes = sizeof variable;
  allocations[*pointer] = *bytes;
  return answer("cuModuleGetGlobal_v2", kOk, name);
}

int fake_loading_mode(int* mode) {
  BEGIN("cuModuleGetLoadingMode", begin);
  *mode = 2;
  return answer("cuModuleGetLoadingMode", kOk);
}

int fake_function_attribute(int* value, int attribute, void* function) {
  BEGIN("cuFuncGetAttribute", begin);
  NEED_CONTEXT("cuFuncGetAttribute");
  auto* one = static_cast<function_state*>(function);
  if (functions.count(one) == 0) return answer("cuFuncGetAttribute", kInvalidHandle);
  const std::map<int, int> values = {{0, 512}, {1, 40}, {2, 368}, {3, number_after(one->name, "_l", 0)},
                                     {4, 48},  {5, 83}, {6, 86},  {8, one->dynamic_shared}};
  const auto found = values.find(attribute);
  if (found == values.end()) return answer("cuFuncGetAttribute", kInvalidValue);
  *value = found->second;
  return kOk;
}

int fake_set_function_attribute(void* function, int attribute, int value) {
  BEGIN("cuFuncSetAttribute", begin);
  NEED_CONTEXT("cuFuncSetAttribute");
  auto* one = static_cast<function_state*>(function);
  if (functions.count(one) == 0) return answer("cuFuncSetAttribute", kInvalidHandle);
  if (attribute == 8) one->dynamic_shared = value;
  return answer("cuFuncSetAttribute", kOk, text(one->name, " attribute=", attribute, " value=", value));
}

int fake_parameter_info(void* function, size_t index, size_t* offset, size_t* bytes) {
  const std::lock_guard lock(mutex);
  if (const int code = begin("cuFuncGetParamInfo")) return answer("cuFuncGetParamInfo", code);
  auto* one = static_cast<function_state*>(function);
  const int count = number_after(one->name, "_p", 0);
  if (index >= (count == 0 ? 1 : static_cast<size_t>(count))) return kInvalidValue;
  *offset = index * 8;
  *bytes = count == 0 ? 16 : 8;
  return kOk;
}

int fake_occupancy(int* blocks, void* function, int threads, size_t shared) {
  BEGIN("cuOccupancyMaxActiveBlocksPerMultiprocessor", begin);
  NEED_CONTEXT("cuOccupancyMaxActiveBlocksPerMultiprocessor");
  auto* one = static_cast<function_state*>(function);
  if (functions.count(one) == 0) return answer("cuOccupancyMaxActiveBlocksPerMultiprocessor", kInvalidHandle);
  *blocks = number_after(one->name, "_b", 8);
  return answer("cuOccupancyMaxActiveBlocksPerMultiprocessor", kOk, text("threads=", threads, " shared=", shared));
}

int launch(const char* name, void* function, unsigned grid, unsigned block, unsigned shared, void* stream,
           void** parameters) {
  auto* one = static_cast<function_state*>(function);
  auto* on = static_cast<stream_state*>(stream);
  if (functions.count(one) == 0 || streams.count(on) == 0) return answer(name, kInvalidHandle);
  int code = 0;
  if (on->launch != 0 && !has_ended(on->launch, code)) {
    record("DEADLOCK %s: the stream is busy", name);
    return answer(name, 12345);
  }
  if (static_cast<int>(shared) > one->dynamic_shared) return answer(name, kInvalidValue, "shared");
  if (number_after(one->name, "_l", 0) > static_cast<int>(stack_bytes) && is_any_in_flight()) {
    record("DEADLOCK %s: local memory grows", name);
    return answer(name, 12345);
  }
  // Parameters are read as a driver does: as many and as large as the kernel has.
  const int count = number_after(one->name, "_p", 0);
  uint64_t words[2] = {};
  if (count == 0) std::memcpy(words, parameters[0], 16);
  for (int index = 0; index < count && index < 2; index++) std::memcpy(&words[index], parameters[index], 8);
  on->launch = ++launch_count;
  record("launch %d %s grid=%u block=%u shared=%u words=%llx,%llx", launch_count, one->name.c_str(), grid, block,
         shared, static_cast<address>(words[0]), static_cast<address>(words[1]));
  return answer(name, kOk);
}

int fake_launch(void* function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,
                unsigned shared, void* stream, void** parameters, void** extra) {
  BEGIN("cuLaunchKernel", begin);
  NEED_CONTEXT("cuLaunchKernel");
  if (extra != nullptr) return answer("cuLaunchKernel", kInvalidValue);
  return launch("cuLaunchKernel", function, gx * gy * gz, bx * by * bz, shared, stream, parameters);
}

int fake_launch_cooperative(void* function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by,
                            unsigned bz, unsigned shared, void* stream, void** parameters) {
  BEGIN("cuLaunchCooperativeKernel", begin);
  NEED_CONTEXT("cuLaunchCooperativeKernel");
  return launch("cuLaunchCooperativeKernel", function, gx * gy * gz, bx * by * bz, shared, stream, parameters);
}

int fake_stream_create(void** stream, unsigned flags, int priority) {
  BEGIN("cuStreamCreateWithPriority", begin_housekeeping);
  NEED_CONTEXT("cuStreamCreateWithPriority");
  auto* made = new stream_state;
  streams.insert(made);
  *stream = made;
  return answer("cuStreamCreateWithPriority", kOk, text("flags=", flags, " priority=", priority));
}

int fake_stream_destroy(void* stream) {
  BEGIN("cuStreamDestroy_v2", begin_housekeeping);
  auto* gone = static_cast<stream_state*>(stream);
  if (streams.erase(gone) == 0) return answer("cuStreamDestroy_v2", kInvalidHandle);
  delete gone;
  return answer("cuStreamDestroy_v2", kOk);
}

int fake_stream_query(void* stream) {
  const std::lock_guard lock(mutex);
  if (const int code = begin("cuStreamQuery")) return code;
  if (current != &the_context) return answer("cuStreamQuery", kInvalidContext);
  auto* one = static_cast<stream_state*>(stream);
  if (streams.count(one) == 0) return answer("cuStreamQuery", kInvalidHandle);
  if (sticky != 0) return sticky;
  int code = 0;
  if (one->launch == 0) return kOk;
  if (!has_ended(one->launch, code)) return kNotReady;
  if (code >= 700) sticky = code;
  one->launch = 0;
  return code;
}

int fake_stream_synchronize(void*) { return answer("cuStreamSynchronize", kOk); }

int fake_event_create(void** event, unsigned flags) {
  BEGIN("cuEventCreate", begin_housekeeping);
  NEED_CONTEXT("cuEventCreate");
  *event = new char;
  events.insert(*event);
  return answer("cuEventCreate", kOk, text("flags=", flags));
}

int fake_event_record(void* event, void* stream) {
  BEGIN("cuEventRecord", begin);
  NEED_CONTEXT("cuEventRecord");
  const bool is_good = events.count(event) == 1 && streams.count(static_cast<stream_state*>(stream)) == 1;
  return answer("cuEventRecord", is_good ? kOk : kInvalidHandle);
}

int fake_elapsed(float* milliseconds, void* from, void* to) {
  const std::lock_guard lock(mutex);
  if (const int code = begin("cuEventElapsedTime")) return code;
  if (events.count(from) == 0 || events.count(to) == 0) return kInvalidHandle;
  *milliseconds = 2.5F;
  return kOk;
}

int fake_event_destroy(void* event) {
  BEGIN("cuEventDestroy_v2", begin);
  if (events.erase(event) == 0) return answer("cuEventDestroy_v2", kInvalidHandle);
  delete static_cast<char*>(event);
  return answer("cuEventDestroy_v2", kOk);
}

}

std::vector<entry> launch_entries() {
  return {
      {"cuModuleLoadDataEx", 2010, as_pointer(fake_load)},
      {"cuModuleUnload", 2000, as_pointer(fake_unload)},
      {"cuModuleGetFunction", 2000, as_pointer(fake_get_function)},
      {"cuModuleGetGlobal", 3020, as_pointer(fake_get_global)},
      {"cuModuleGetLoadingMode", 11070, as_pointer(fake_loading_mode)},
      {"cuFuncGetAttribute", 2020, as_pointer(fake_function_attribute)},
      {"cuFuncSetAttribute", 9000, as_pointer(fake_set_function_attribute)},
      {"cuFuncGetParamInfo", 12040, as_pointer(fake_parameter_info)},
      {"cuLaunchKernel", 4000, as_pointer(fake_launch)},
      {"cuLaunchCooperativeKernel", 9000, as_pointer(fake_launch_cooperative)},
      {"cuOccupancyMaxActiveBlocksPerMultiprocessor", 6050, as_pointer(fake_occupancy)},
      {"cuStreamCreateWithPriority", 5050, as_pointer(fake_stream_create)},
      {"cuStreamDestroy", 4000, as_pointer(fake_stream_destroy)},
      {"cuStreamQuery", 2000, as_pointer(fake_stream_query)},
      {"cuStreamSynchronize", 2000, as_pointer(fake_stream_synchronize)},
      {"cuEventCreate", 2000, as_pointer(fake_event_create)},
      {"cuEventRecord", 2000, as_pointer(fake_event_record)},
      {"cuEventElapsedTime", 2000, as_pointer(fake_elapsed)},
      {"cuEventDestroy", 4000, as_pointer(fake_event_destroy)},
  };
}

}
