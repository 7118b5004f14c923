// NVRTC's side: options, messages, headers, images.
#include "scenario.h"

namespace harness {

namespace {

void run_compiler() {
  const auto text = [](const char* name, const compiled& c) {
    report(name, std::to_string(c.code) + (c.log.empty() ? "" : " " + c.log));
  };
  text("undefined", compile("__device__ int f() {\n  return missing;\n}\n"));
  text("semicolon", compile("__device__ int f() {\n  return 1\n}\n"));
  text("include", compile("#include <cstdint>\n"));
  text("option", compile("", {"--wrong"}));
  text("architecture", compile("", {"--gpu-architecture=sm_12"}));
  text("standard", compile("", {"-std=c++98"}));
  text("macro", compile("static_assert(A == 3 && B == 1 && __CUDA_ARCH__ == 750);",
                        {"-arch=compute_75", "--define-macro=A=3", "-DB", "-lineinfo", "-default-device"}));
  const char* names[] = {"mine.h", "folder/other.h"};
  const char* texts[] = {"#include \"folder/other.h\"\n", "constexpr int answer = 42;\n"};
  CUhandle program = nullptr;
  MUST(nvrtcCreateProgram(&program, "#include <mine.h>\nstatic_assert(answer == 42);\n", nullptr, 2, texts, names));
  report("headers", nvrtcCompileProgram(program, 0, nullptr));
  report("late", nvrtcAddNameExpression(program, "f"));
  MUST(nvrtcDestroyProgram(&program));
  report("destroyed", nvrtcDestroyProgram(&program));
  int count = 0, major = 0, minor = 0;
  MUST(nvrtcGetNumSupportedArchs(&count));
  std::vector<int> all(static_cast<size_t>(count));
  MUST(nvrtcGetSupportedArchs(all.data()));
  MUST(nvrtcVersion(&major, &minor));
  report("newest", all.back());
  report("version", major * 100 + minor);
  report("name", std::string(nvrtcGetErrorString(6)));
  report("programs", ring_standin_live("programs"));
}

/// With nvrtc=12090,driver=12040,compute=80.
void run_images() {
  make_context();
  CUhandle module = nullptr;
  char log[256] = "";
  int options[] = {5, 6};
  void* values[] = {log, reinterpret_cast<void*>(sizeof log)};
  const auto load_it = [&](const std::string& image) {
    return cuModuleLoadDataEx(&module, image.data(), 2, options, values);
  };
  const std::string source = "extern \"C\" __global__ void nothing() {}";
  report("newer", load_it(compile(source, {"-arch=compute_80"}).ptx));
  report("log", std::string(log));
  report("cubin", load_it(compile(source, {"-arch=sm_80"}).cubin));
  report("otherCubin", load_it(compile(source, {"-arch=sm_90"}).cubin));
  ring_standin_set("nvrtc", "12040");
  report("older", load_it(compile(source, {"-arch=compute_75"}).ptx));
  report("newTarget", load_it(compile(source, {"-arch=compute_90"}).ptx));
  report("garbage", load_it("hello"));
  const std::string ptx = compile(source, {"-arch=compute_80"}).ptx;
  report("cut", load_it(ptx.substr(0, ptx.size() / 2) + '\0'));
  report("text", ptx.find('\0') == ptx.size() - 1);
}

const registered_scenario kAll[] = {{"compiler", run_compiler}, {"images", run_images}};

}
}
