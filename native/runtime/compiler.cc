#include "runtime/compiler.h"

namespace ring {

namespace {

outcome check(std::optional<call_error> error) {
  if (!error) return std::nullopt;
  return nvrtc_failure(std::move(*error));
}

std::string join(const std::vector<load_failure>& failures) {
  std::string text = "no library could be opened";
  for (const load_failure& failure : failures) text += "; " + failure.message;
  return text;
}

}

result<std::shared_ptr<compiler>> compiler::open(const std::vector<std::string>& libraries) {
  auto opened = std::make_shared<compiler>();
  nvrtc_library& nvrtc = opened->nvrtc_;
  const std::vector<load_failure> failures = nvrtc.open(libraries);
  if (!nvrtc.library.is_open()) return RING_REFUSE("openCompiler", "RING_NO_LIBRARY", resource, join(failures));
  if (outcome why = check(RING_CALL(nvrtc, nvrtcVersion, &opened->version_major_, &opened->version_minor_))) {
    return std::move(*why);
  }
  if (auto failure = nvrtc.open_builtins(opened->version_major_, opened->version_minor_)) {
    opened->builtins_failure_ = failure->message;
  }
  int count = 0;
  // Since CUDA 11.2.
  if (!RING_CALL(nvrtc, nvrtcGetNumSupportedArchs, &count) && count > 0) {
    std::vector<int> all(static_cast<size_t>(count));
    if (!RING_CALL(nvrtc, nvrtcGetSupportedArchs, all.data())) opened->architectures_ = std::move(all);
  }
  return opened;
}

result<compile_answer> compiler::compile(const compile_request& request) const {
  std::vector<const char*> texts;
  std::vector<const char*> names;
  for (const virtual_header& header : request.headers) {
    texts.push_back(header.text.c_str());
    names.push_back(header.name.c_str());
  }
  nvrtc_program program = nullptr;
  if (outcome why = check(RING_CALL(nvrtc_, nvrtcCreateProgram, &program, request.source.c_str(), request.name.c_str(),
                                    static_cast<int>(names.size()), texts.data(), names.data()))) {
    return std::move(*why);
  }
  compile_answer answer;
  outcome why = build(program, request, answer);
  (void)RING_CALL(nvrtc_, nvrtcDestroyProgram, &program);
  if (why) return std::move(*why);
  return answer;
}

outcome compiler::build(nvrtc_program program, const compile_request& request, compile_answer& answer) const {
  for (const std::string& expression : request.name_expressions) {
    if (outcome why = check(RING_CALL(nvrtc_, nvrtcAddNameExpression, program, expression.c_str()))) return why;
  }
  std::vector<const char*> options;
  for (const std::string& option : request.options) options.push_back(option.c_str());
  std::optional<call_error> error =
      RING_CALL(nvrtc_, nvrtcCompileProgram, program, static_cast<int>(options.size()), options.data());
  answer.log = read_log(program);
  // What is wrong with the source is an answer, not a failure of the call.
  if (error && error->code == kNvrtcCompilation) return std::nullopt;
  if (error) return nvrtc_failure(std::move(*error), answer.log);
  for (const std::string& expression : request.name_expressions) {
    const char* name = nullptr;
    if (outcome why = check(RING_CALL(nvrtc_, nvrtcGetLoweredName, program, expression.c_str(), &name))) return why;
    // NVRTC's text lives as long as the program.
    answer.lowered_names.emplace_back(expression, name == nullptr ? "" : name);
  }
  result<std::vector<std::byte>> code = read_code(program, request.is_cubin);
  if (!code.is_ok()) return std::move(code.why());
  answer.code = std::move(code.value());
  return std::nullopt;
}

result<std::vector<std::byte>> compiler::read_code(nvrtc_program program, bool is_cubin) const {
  size_t size = 0;
  if (outcome why = check(is_cubin ? RING_CALL(nvrtc_, nvrtcGetCUBINSize, program, &size)
                                   : RING_CALL(nvrtc_, nvrtcGetPTXSize, program, &size))) {
    return std::move(*why);
  }
  if (size == 0) {
    return RING_REFUSE("compile", "RING_NO_CODE", programmer,
                       "NVRTC made no code: a cubin needs a real architecture (sm_80), PTX any");
  }
  std::vector<std::byte> code(size);
  char* bytes = reinterpret_cast<char*>(code.data());
  if (outcome why = check(is_cubin ? RING_CALL(nvrtc_, nvrtcGetCUBIN, program, bytes)
                                   : RING_CALL(nvrtc_, nvrtcGetPTX, program, bytes))) {
    return std::move(*why);
  }
  // PTX comes with its NUL.
  if (!is_cubin && code.back() == std::byte{0}) code.pop_back();
  return code;
}

/// What cannot be read is empty: the compile's own outcome says more.
std::string compiler::read_log(nvrtc_program program) const {
  size_t size = 0;
  if (RING_CALL(nvrtc_, nvrtcGetProgramLogSize, program, &size) || size == 0) return "";
  std::string log(size, '\0');
  if (RING_CALL(nvrtc_, nvrtcGetProgramLog, program, log.data())) return "";
  log.resize(log.find('\0') == std::string::npos ? size : log.find('\0'));
  return log;
}

}
