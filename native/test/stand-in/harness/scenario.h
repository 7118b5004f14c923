// Scenarios: what a test has the harness do with the stand-in. Each reports named values, which the harness prints as
// one JSON object.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <type_traits>
#include <vector>

#include "cuda_api.h"

namespace harness {

using scenario = std::function<void()>;

/// By name, filled by the scenarios' files.
std::map<std::string, scenario>& scenarios();

struct registered_scenario {
  registered_scenario(const char* name, scenario what) { scenarios()[name] = std::move(what); }
};

void report_text(const std::string& name, const std::string& value);
void report_json(const std::string& name, const std::string& json);
template <class T>
void report(const std::string& name, const T& value) {
  if constexpr (std::is_same_v<T, bool>)
    report_json(name, value ? "true" : "false");
  else if constexpr (std::is_arithmetic_v<T>)
    report_json(name, std::to_string(value));
  else
    report_text(name, value);
}

/// Ends the harness where a step that the scenario takes for granted fails.
void must(int code, const char* what);
#define MUST(call_) ::harness::must((call_), #call_)

/// A context on the first device, current.
CUhandle make_context(unsigned ordinal = 0);

struct compiled {
  int code;
  std::string log;
  std::string ptx;
  std::string cubin;
};
compiled compile(const std::string& source, const std::vector<std::string>& options = {"--gpu-architecture=sm_90"});

/// Compiles, loads, and finds the kernels.
struct loaded {
  CUhandle module = nullptr;
  std::string ptx;
  CUhandle kernel(const char* name) const;
};
loaded load(const std::string& source);

CUhandle make_stream(unsigned flags = 1);
CUdeviceptr allocate(size_t bytes);
template <class T>
std::vector<T> read(CUdeviceptr p, size_t count) {
  std::vector<T> values(count);
  MUST(cuMemcpyDtoH_v2(values.data(), p, count * sizeof(T)));
  return values;
}

struct shape {
  unsigned blocks = 1;
  unsigned threads = 1;
  unsigned shared_bytes = 0;
  CUhandle stream = nullptr;
};
template <class... P>
int launch(CUhandle kernel, const shape& s, P... parameters) {
  void* all[] = {&parameters..., nullptr};
  return cuLaunchKernel(kernel, s.blocks, 1, 1, s.threads, 1, 1, s.shared_bytes, s.stream, all, nullptr);
}

/// Of the last complaint, and forgets it.
std::string last_complaint();

std::string read_text(const std::string& path);

}
