// NVRTC for tests; FAKE_VERSION_RESULT is what nvrtcVersion answers.
#ifndef FAKE_VERSION_RESULT
#define FAKE_VERSION_RESULT 0
#endif

namespace {

constexpr int kInvalidInput = 3;
constexpr int kArchitectures[] = {75, 80, 90, 120};

}

extern "C" {

int nvrtcVersion(int* major, int* minor) {
  if (major == nullptr || minor == nullptr) return kInvalidInput;
  *major = 12;
  *minor = 9;
  return FAKE_VERSION_RESULT;
}

int nvrtcGetNumSupportedArchs(int* count) {
  if (count == nullptr) return kInvalidInput;
  *count = 4;
  return 0;
}

int nvrtcGetSupportedArchs(int* architectures) {
  if (architectures == nullptr) return kInvalidInput;
  for (int index = 0; index < 4; index++) architectures[index] = kArchitectures[index];
  return 0;
}

const char* nvrtcGetErrorString(int code) {
  return code == kInvalidInput ? "NVRTC_ERROR_INVALID_INPUT" : "NVRTC_ERROR_INTERNAL_ERROR";
}
}
