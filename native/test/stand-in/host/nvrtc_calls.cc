// NVRTC's entry points.
#include <cstring>
#include <map>
#include <memory>
#include <mutex>

#include "cuda_types.h"
#include "handles.h"
#include "journal.h"
#include "nvrtc_programs.h"
#include "settings.h"

namespace standin {

namespace {

enum : int {
  kNvrtcSuccess = 0,
  kInvalidInput = 3,
  kInvalidProgram = 4,
  kInvalidOption = 5,
  kCompilation = 6,
  kNoNameExpressionsAfterCompilation = 8,
  kNoLoweredNamesBeforeCompilation = 9,
  kNameExpressionNotValid = 10
};

constexpr const char* kTexts[] = {"NVRTC_SUCCESS",
                                  "NVRTC_ERROR_OUT_OF_MEMORY",
                                  "NVRTC_ERROR_PROGRAM_CREATION_FAILURE",
                                  "NVRTC_ERROR_INVALID_INPUT",
                                  "NVRTC_ERROR_INVALID_PROGRAM",
                                  "NVRTC_ERROR_INVALID_OPTION",
                                  "NVRTC_ERROR_COMPILATION",
                                  "NVRTC_ERROR_BUILTIN_OPERATION_FAILURE",
                                  "NVRTC_ERROR_NO_NAME_EXPRESSIONS_AFTER_COMPILATION",
                                  "NVRTC_ERROR_NO_LOWERED_NAMES_BEFORE_COMPILATION",
                                  "NVRTC_ERROR_NAME_EXPRESSION_NOT_VALID",
                                  "NVRTC_ERROR_INTERNAL_ERROR"};

struct programs {
  std::mutex mutex;
  handle_table<program> table;
};

programs& all_programs() {
  static programs& instance = *new programs;
  return instance;
}

/// Compiling takes long, and several programs may be compiled at a time: the lock is for the table.
template <class F>
result nvrtc_call(const char* name, F body) {
  if (const int code = begin_call(name)) return code;
  return body();
}

template <class F>
result with_program(const char* name, handle which, F body) {
  return nvrtc_call(name, [&]() -> result {
    std::shared_ptr<program> found;
    {
      const std::lock_guard lock(all_programs().mutex);
      found = all_programs().table.find(which);
    }
    if (found == nullptr) return refuse(kInvalidProgram, "%p is no program (or was destroyed before)", which);
    return body(*found);
  });
}

template <class F>
result copy_text(const char* name, handle which, char* to, F text_of) {
  return with_program(name, which, [&](program& p) -> result {
    if (to == nullptr) return refuse(kInvalidInput, "the place for the answer is null");
    const std::string* text = text_of(p);
    if (text == nullptr) return refuse(kInvalidProgram, "the program has none: it was not compiled for it");
    std::memcpy(to, text->c_str(), text->size());
    return kNvrtcSuccess;
  });
}

}

long long count_programs() {
  const std::lock_guard lock(all_programs().mutex);
  return static_cast<long long>(all_programs().table.size());
}

RING_EXPORT result nvrtcVersion(int* major, int* minor) {
  return nvrtc_call("nvrtcVersion", [&]() -> result {
    if (major == nullptr || minor == nullptr) return refuse(kInvalidInput, "a place for the answer is null");
    const int version = static_cast<int>(settings::get().number("nvrtc"));
    *major = version / 1000;
    *minor = version % 1000 / 10;
    return kNvrtcSuccess;
  });
}

RING_EXPORT const char* nvrtcGetErrorString(result code) {
  return code >= 0 && code < static_cast<int>(std::size(kTexts)) ? kTexts[code] : "NVRTC_ERROR unknown";
}

RING_EXPORT result nvrtcGetNumSupportedArchs(int* count) {
  return nvrtc_call("nvrtcGetNumSupportedArchs", [&]() -> result {
    if (count == nullptr) return refuse(kInvalidInput, "the place for the number is null");
    *count = static_cast<int>(supported_architectures().size());
    return kNvrtcSuccess;
  });
}

RING_EXPORT result nvrtcGetSupportedArchs(int* architectures) {
  return nvrtc_call("nvrtcGetSupportedArchs", [&]() -> result {
    if (architectures == nullptr) return refuse(kInvalidInput, "the place for the answer is null");
    for (const int each : supported_architectures()) *architectures++ = each;
    return kNvrtcSuccess;
  });
}

RING_EXPORT result nvrtcCreateProgram(handle* answer, const char* source, const char* name, int count,
                                      const char* const* headers, const char* const* names) {
  return nvrtc_call("nvrtcCreateProgram", [&]() -> result {
    if (answer == nullptr || source == nullptr) return refuse(kInvalidInput, "an address is null");
    if (count < 0 || (count > 0 && (headers == nullptr || names == nullptr)))
      return refuse(kInvalidInput, "the headers are null");
    auto made = std::make_shared<program>();
    made->source = source;
    made->name = name == nullptr || *name == '\0' ? "default_program" : name;
    for (int i = 0; i < count; ++i) {
      if (headers[i] == nullptr || names[i] == nullptr) return refuse(kInvalidInput, "header %d is null", i);
      const std::string header_name = names[i];
      if (header_name.empty() || header_name[0] == '/' || header_name.find("..") != std::string::npos)
        return refuse(kInvalidInput, "a header cannot be named '%s' here", names[i]);
      made->headers.push_back({header_name, headers[i]});
    }
    const std::lock_guard lock(all_programs().mutex);
    *answer = all_programs().table.add(std::move(made));
    return kNvrtcSuccess;
  });
}

RING_EXPORT result nvrtcDestroyProgram(handle* which) {
  if (which == nullptr) return refuse(kInvalidProgram, "the program is null");
  return with_program("nvrtcDestroyProgram", *which, [&](program&) -> result {
    const std::lock_guard lock(all_programs().mutex);
    all_programs().table.remove(*which);
    *which = nullptr;
    return kNvrtcSuccess;
  });
}

RING_EXPORT result nvrtcCompileProgram(handle which, int count, const char* const* options) {
  return with_program("nvrtcCompileProgram", which, [&](program& p) -> result {
    if (count < 0 || (count > 0 && options == nullptr)) return refuse(kInvalidInput, "the options are null");
    std::vector<std::string> words;
    for (int i = 0; i < count; ++i) {
      if (options[i] == nullptr) return refuse(kInvalidInput, "option %d is null", i);
      words.emplace_back(options[i]);
    }
    p.log.clear();
    p.ptx.clear();
    p.cubin.clear();
    compile_options read;
    if (!read_options(words, read, p.log)) return refuse(kInvalidOption, "%s", p.log.c_str());
    p.is_compiled = compile(p, read);
    return p.is_compiled ? kNvrtcSuccess : kCompilation;
  });
}

RING_EXPORT result nvrtcGetProgramLogSize(handle which, size_t* bytes) {
  return with_program("nvrtcGetProgramLogSize", which, [&](program& p) -> result {
    if (bytes == nullptr) return refuse(kInvalidInput, "the place for the size is null");
    *bytes = p.log.size() + 1;
    return kNvrtcSuccess;
  });
}

RING_EXPORT result nvrtcGetProgramLog(handle which, char* to) {
  return with_program("nvrtcGetProgramLog", which, [&](program& p) -> result {
    if (to == nullptr) return refuse(kInvalidInput, "the place for the log is null");
    std::memcpy(to, p.log.c_str(), p.log.size() + 1);
    return kNvrtcSuccess;
  });
}

/// With the NUL that ends it: PTX is text.
RING_EXPORT result nvrtcGetPTXSize(handle which, size_t* bytes) {
  return with_program("nvrtcGetPTXSize", which, [&](program& p) -> result {
    if (bytes == nullptr) return refuse(kInvalidInput, "the place for the size is null");
    if (!p.is_compiled) return refuse(kInvalidProgram, "the program has not been compiled");
    *bytes = p.ptx.size() + 1;
    return kNvrtcSuccess;
  });
}

RING_EXPORT result nvrtcGetPTX(handle which, char* to) {
  return copy_text("nvrtcGetPTX", which, to, [to](program& p) -> const std::string* {
    if (!p.is_compiled) return nullptr;
    to[p.ptx.size()] = '\0';
    return &p.ptx;
  });
}

/// 0 for a virtual architecture.
RING_EXPORT result nvrtcGetCUBINSize(handle which, size_t* bytes) {
  return with_program("nvrtcGetCUBINSize", which, [&](program& p) -> result {
    if (bytes == nullptr) return refuse(kInvalidInput, "the place for the size is null");
    if (!p.is_compiled) return refuse(kInvalidProgram, "the program has not been compiled");
    *bytes = p.cubin.size();
    return kNvrtcSuccess;
  });
}

RING_EXPORT result nvrtcGetCUBIN(handle which, char* to) {
  return copy_text("nvrtcGetCUBIN", which, to,
                   [](program& p) { return p.cubin.empty() ? nullptr : static_cast<const std::string*>(&p.cubin); });
}

RING_EXPORT result nvrtcAddNameExpression(handle which, const char* expression) {
  return with_program("nvrtcAddNameExpression", which, [&](program& p) -> result {
    if (expression == nullptr) return refuse(kInvalidInput, "the expression is null");
    if (p.is_compiled) return refuse(kNoNameExpressionsAfterCompilation, "the program has been compiled");
    p.name_expressions.emplace_back(expression);
    return kNvrtcSuccess;
  });
}

RING_EXPORT result nvrtcGetLoweredName(handle which, const char* expression, const char** answer) {
  return with_program("nvrtcGetLoweredName", which, [&](program& p) -> result {
    if (expression == nullptr || answer == nullptr) return refuse(kInvalidInput, "an address is null");
    if (!p.is_compiled) return refuse(kNoLoweredNamesBeforeCompilation, "the program has not been compiled");
    const auto found = p.lowered.find(expression);
    if (found == p.lowered.end()) return refuse(kNameExpressionNotValid, "'%s' was not added", expression);
    *answer = found->second.c_str();
    return kNvrtcSuccess;
  });
}

}
