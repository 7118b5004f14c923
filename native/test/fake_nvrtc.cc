// NVRTC for tests; FAKE_VERSION_RESULT is what nvrtcVersion answers. It compiles nothing: a source with `#error` has an
// error, one with `#abort` or `#hang` ends or holds the process, and the PTX of any other says what it was made from.
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <thread>

#ifndef FAKE_VERSION_RESULT
#define FAKE_VERSION_RESULT 0
#endif

namespace {

constexpr int kInvalidInput = 3;
constexpr int kInvalidProgram = 4;
constexpr int kInvalidOption = 5;
constexpr int kCompilation = 6;
constexpr int kNotLowered = 9;
constexpr int kInvalidExpression = 10;
constexpr int kArchitectures[] = {75, 80, 90, 120};

struct program {
  std::string name;
  std::string code;
  std::string log;
  bool is_real = false;
  bool is_compiled = false;
  /// Lowered names by expression.
  std::map<std::string, std::string> names;
};

int living = 0;

int give(const std::string& text, char* target) {
  std::memcpy(target, text.c_str(), text.size() + 1);
  return 0;
}

}

extern "C" {

int nvrtcVersion(int* major, int* minor) {
#ifdef FAKE_VERSION_ABORTS
  std::abort();
#endif
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

int nvrtcCreateProgram(program** made, const char* source, const char* name, int count, const char* const* headers,
                       const char* const* names) {
  if (made == nullptr || source == nullptr || count < 0) return kInvalidInput;
  *made = new program;
  (*made)->name = name;
  (*made)->code = "// " + std::string(source);
  for (int index = 0; index < count; index++) {
    (*made)->code += std::string("\n// ") + names[index] + ": " + headers[index];
  }
  living++;
  return 0;
}

int nvrtcDestroyProgram(program** gone) {
  if (gone == nullptr || *gone == nullptr) return kInvalidProgram;
  delete *gone;
  *gone = nullptr;
  living--;
  return 0;
}

int nvrtcAddNameExpression(program* of, const char* expression) {
  if (*expression == '\0') return kInvalidExpression;
  of->names[expression] = "_Z" + std::to_string(std::strlen(expression)) + std::string(expression).substr(1);
  return 0;
}

int nvrtcCompileProgram(program* of, int count, const char* const* options) {
  // Others are still alive when somebody forgets to destroy them.
  of->code += "\n// living " + std::to_string(living);
  for (int index = 0; index < count; index++) {
    const std::string option = options[index];
    if (option == "--no-such-option") return kInvalidOption;
    if (option.find("sm_") != std::string::npos) of->is_real = true;
    of->code += "\n// " + option;
  }
  if (of->code.find("#abort") != std::string::npos) std::abort();
  while (of->code.find("#hang") != std::string::npos) std::this_thread::sleep_for(std::chrono::seconds(1));
  if (of->code.find("#error") != std::string::npos) {
    of->log = of->name + "(1): error: #error directive";
    return kCompilation;
  }
  of->log = of->name + "(1): warning: nothing is compiled";
  of->is_compiled = true;
  return 0;
}

int nvrtcGetLoweredName(program* of, const char* expression, const char** name) {
  if (!of->is_compiled) return kNotLowered;
  const auto found = of->names.find(expression);
  if (found == of->names.end()) return kInvalidExpression;
  *name = found->second.c_str();
  return 0;
}

int nvrtcGetProgramLogSize(program* of, size_t* bytes) {
  *bytes = of->log.size() + 1;
  return 0;
}

int nvrtcGetProgramLog(program* of, char* log) { return give(of->log, log); }

int nvrtcGetPTXSize(program* of, size_t* bytes) {
  *bytes = of->code.size() + 1;
  return 0;
}

int nvrtcGetPTX(program* of, char* ptx) { return give(of->code, ptx); }

/// No machine code without a real architecture.
int nvrtcGetCUBINSize(program* of, size_t* bytes) {
  *bytes = of->is_real ? 4 : 0;
  return 0;
}

int nvrtcGetCUBIN(program* of, char* cubin) {
  if (!of->is_real) return kInvalidInput;
  std::memcpy(cubin,
              "\x7f"
              "ELF",
              4);
  return 0;
}
}
