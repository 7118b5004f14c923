#include "scenario.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace harness {

namespace {

std::string json;

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    char escaped[8];
    if (c == '"' || c == '\\')
      out += std::string("\\") + c;
    else if (static_cast<unsigned char>(c) < 0x20)
      out += (std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c)), escaped);
    else
      out += c;
  }
  return out + "\"";
}

}

std::map<std::string, scenario>& scenarios() {
  static std::map<std::string, scenario> all;
  return all;
}

void report_json(const std::string& name, const std::string& value) {
  json += (json.empty() ? "" : ",") + quoted(name) + ":" + value;
}
void report_text(const std::string& name, const std::string& value) { report_json(name, quoted(value)); }

void must(int code, const char* what) {
  if (code == 0) return;
  std::fprintf(stderr, "%s: %d\n%s", what, code, ring_standin_log());
  std::_Exit(3);
}

CUhandle make_context(unsigned ordinal) {
  int device = 0;
  CUhandle context = nullptr;
  MUST(cuInit(0));
  MUST(cuDeviceGet(&device, static_cast<int>(ordinal)));
  MUST(cuCtxCreate_v2(&context, 0, device));
  return context;
}

compiled compile(const std::string& source, const std::vector<std::string>& options) {
  CUhandle program = nullptr;
  MUST(nvrtcCreateProgram(&program, source.c_str(), "unit.cu", 0, nullptr, nullptr));
  std::vector<const char*> words;
  for (const std::string& each : options) words.push_back(each.c_str());
  compiled result{nvrtcCompileProgram(program, static_cast<int>(words.size()), words.data()), "", "", ""};
  size_t bytes = 0;
  MUST(nvrtcGetProgramLogSize(program, &bytes));
  result.log.resize(bytes);
  MUST(nvrtcGetProgramLog(program, result.log.data()));
  result.log.pop_back();
  if (result.code == 0) {
    MUST(nvrtcGetPTXSize(program, &bytes));
    result.ptx.resize(bytes);
    MUST(nvrtcGetPTX(program, result.ptx.data()));
    MUST(nvrtcGetCUBINSize(program, &bytes));
    result.cubin.resize(bytes);
    if (bytes != 0) MUST(nvrtcGetCUBIN(program, result.cubin.data()));
  }
  MUST(nvrtcDestroyProgram(&program));
  return result;
}

CUhandle loaded::kernel(const char* name) const {
  CUhandle found = nullptr;
  MUST(cuModuleGetFunction(&found, module, name));
  return found;
}

loaded load(const std::string& source) {
  compiled made = compile(source);
  if (made.code != 0) std::fprintf(stderr, "%s\n", made.log.c_str());
  must(made.code, "nvrtcCompileProgram");
  loaded result;
  result.ptx = std::move(made.ptx);
  MUST(cuModuleLoadDataEx(&result.module, result.ptx.c_str(), 0, nullptr, nullptr));
  return result;
}

CUhandle make_stream(unsigned flags) {
  CUhandle stream = nullptr;
  MUST(cuStreamCreateWithPriority(&stream, flags, 0));
  return stream;
}

CUdeviceptr allocate(size_t bytes) {
  CUdeviceptr p = 0;
  MUST(cuMemAlloc_v2(&p, bytes));
  MUST(cuMemsetD8_v2(p, 0, bytes));
  return p;
}

std::string last_complaint() {
  std::string text = ring_standin_log();
  ring_standin_clear_log();
  if (!text.empty()) text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

std::string read_text(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}

/// harness SCENARIO
int main(int argc, char** argv) {
  const auto found = argc == 2 ? harness::scenarios().find(argv[1]) : harness::scenarios().end();
  if (found == harness::scenarios().end()) {
    std::fprintf(stderr, "there is no such scenario\n");
    return 2;
  }
  found->second();
  std::printf("{%s}\n", harness::json.c_str());
  std::fflush(stdout);
  // Kernels may still run, and threads of streams wait.
  std::_Exit(0);
}
