// NVML for tests; FAKE_INIT_RESULT is what nvmlInit_v2 answers.
#include <cstdio>

#ifndef FAKE_INIT_RESULT
#define FAKE_INIT_RESULT 0
#endif

namespace {

constexpr int kUninitialized = 1;
constexpr int kInvalidArgument = 2;
constexpr int kDriverNotLoaded = 9;

bool is_initialized = false;

}

extern "C" {

int nvmlInit_v2() {
  is_initialized = FAKE_INIT_RESULT == 0;
  return FAKE_INIT_RESULT;
}

int nvmlShutdown() {
  if (!is_initialized) return kUninitialized;
  is_initialized = false;
  return 0;
}

int nvmlSystemGetDriverVersion(char* version, unsigned size) {
  if (!is_initialized) return kUninitialized;
  if (version == nullptr || size < 80) return kInvalidArgument;
  std::snprintf(version, size, "550.54.15");
  return 0;
}

int nvmlDeviceGetCount_v2(unsigned* count) {
  if (!is_initialized) return kUninitialized;
  if (count == nullptr) return kInvalidArgument;
  *count = 2;
  return 0;
}

const char* nvmlErrorString(int code) { return code == kDriverNotLoaded ? "Driver Not Loaded" : "Unknown Error"; }
}
