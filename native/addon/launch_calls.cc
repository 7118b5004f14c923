#include <algorithm>
#include <iterator>
#include <utility>

#include "addon/arguments.h"
#include "addon/calls.h"
#include "runtime/occupancy_budget.h"

namespace ring {

namespace {

constexpr size_t kMostParameterBytes = 32764;
constexpr size_t kMostParameters = 4096;
constexpr uint64_t kMostSharedBytes = uint64_t{1} << 24;
constexpr uint64_t kMostSize = 0xffffffff;
constexpr uint64_t kMostMultiprocessors = 1 << 20;
constexpr size_t kMostGrids = 4096;
constexpr size_t kMostNameBytes = 4096;

/// Grid and block: x, y, z of each.
void read_sizes(call_arguments& arguments, size_t index, launch_request& request) {
  const std::vector<uint64_t> sizes = arguments.numbers(index, "sizes", 6);
  if (!arguments.is_good()) return;
  const auto is_size = [](uint64_t size) { return size >= 1 && size <= kMostSize; };
  if (sizes.size() != 6 || !std::all_of(sizes.begin(), sizes.end(), is_size)) {
    arguments.refuse_argument("sizes are not six numbers from 1 to 4294967295: x, y, z of grid and block");
    return;
  }
  const auto to_size = [](uint64_t size) { return static_cast<uint32_t>(size); };
  std::transform(sizes.begin(), sizes.begin() + 3, request.grid.begin(), to_size);
  std::transform(sizes.begin() + 3, sizes.end(), request.block.begin(), to_size);
}

/// Three numbers for each: where in the parameters, which memory, the offset in it.
void read_addresses(call_arguments& arguments, size_t index, launch_request& request) {
  const std::vector<uint64_t> numbers = arguments.numbers(index, "addresses", 3 * kMostParameters);
  if (!arguments.is_good()) return;
  if (numbers.size() % 3 != 0) arguments.refuse_argument("addresses are not made of threes");
  for (size_t at = 0; arguments.is_good() && at < numbers.size(); at += 3) {
    address_patch patch;
    patch.at = numbers[at];
    patch.of = arguments.memory_by(static_cast<double>(numbers[at + 1]));
    patch.offset = numbers[at + 2];
    if (patch.of != nullptr && &patch.of->owner() != &request.what->owner()) {
      arguments.refuse_argument("the memory of an address is of another context than the function");
    }
    request.addresses.push_back(std::move(patch));
  }
}

Napi::Value end_to_js(Napi::Env env, const launch_end& end) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("failure", end.why ? to_error(env, *end.why) : env.Null());
  object.Set("gpuMs", end.gpu_ms ? Napi::Number::New(env, static_cast<double>(*end.gpu_ms)) : env.Null());
  return object;
}

/// Tells of the end once, on the JavaScript thread; then the function is let go.
std::function<void(launch_end)> tell(const std::shared_ptr<channel>& messages, uint64_t callback) {
  return [messages, callback](launch_end end) {
    messages->post([end = std::move(end), callback](Napi::Env env) {
      environment& self = environment::of(env);
      self.call(callback, {end_to_js(env, end)});
      self.drop_callback(callback);
    });
  };
}

/// launch(function, sizes, sharedBytes, isResident, isCooperative, parameters, offsets, addresses, onEnd)
Napi::Value launch_function(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "launch", 9);
  launch_request request;
  request.what = arguments.function_of(0);
  read_sizes(arguments, 1, request);
  request.dynamic_shared_bytes = arguments.number(2, "sharedBytes", 0, kMostSharedBytes);
  request.is_resident = arguments.flag(3, "isResident");
  request.is_cooperative = arguments.flag(4, "isCooperative");
  request.parameters = arguments.bytes(5, "parameters", kMostParameterBytes);
  const std::vector<uint64_t> offsets = arguments.numbers(6, "offsets", kMostParameters);
  request.parameter_offsets.assign(offsets.begin(), offsets.end());
  read_addresses(arguments, 7, request);
  const Napi::Function on_end = arguments.function(8, "onEnd");
  if (!arguments.is_good()) return arguments.raise();
  environment& self = environment::of(info.Env());
  const uint64_t callback = self.keep_callback(on_end);
  request.on_end = tell(self.messages(), callback);
  work_thread& thread = self.session_of(request.what->owner())->thread;
  return self.promise<uint64_t>(
      thread, [request] { return launch(request); },
      [](environment&, Napi::Env env, uint64_t& id) -> Napi::Value {
        return Napi::Number::New(env, static_cast<double>(id));
      },
      [callback](environment& of) { of.drop_callback(callback); });
}

/// findShortage(multiprocessors, kernels, counts): of each kernel its blocks, and how many a multiprocessor holds
Napi::Value find_shortage_of(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "findShortage", 3);
  const uint64_t multiprocessors = arguments.number(0, "multiprocessors", 1, kMostMultiprocessors);
  const std::vector<std::string> kernels = arguments.texts(1, "kernels", kMostGrids, kMostNameBytes);
  const std::vector<uint64_t> counts = arguments.numbers(2, "counts", 2 * kMostGrids);
  if (arguments.is_good() && counts.size() != 2 * kernels.size()) arguments.refuse_argument("counts are not two each");
  if (!arguments.is_good()) return arguments.raise();
  std::vector<grid_load> grids;
  for (size_t index = 0; index < kernels.size(); index++) {
    const uint64_t fitting = std::clamp(counts[2 * index + 1], uint64_t{1}, uint64_t{1} << 20);
    grids.push_back({kernels[index], counts[2 * index], static_cast<int>(fitting)});
  }
  const std::optional<std::string> shortage = find_shortage(static_cast<int>(multiprocessors), grids);
  return shortage ? Napi::String::New(info.Env(), *shortage) : info.Env().Null();
}

}

void export_launch_calls(Napi::Env env, Napi::Object exports) {
  exports.Set("findShortage", Napi::Function::New(env, find_shortage_of, "findShortage"));
  exports.Set("launch", Napi::Function::New(env, launch_function, "launch"));
}

}
