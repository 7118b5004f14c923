// The process itself.
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#if !defined(_WIN32)
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>
#endif

#include "addon/calls.h"

namespace ring {

namespace {

constexpr uint32_t kMostTexts = 65536;

/// None with a NUL, at which the system would cut it off.
std::optional<std::string> read_text(const Napi::Value& value) {
  if (!value.IsString()) return std::nullopt;
  std::string text = value.As<Napi::String>().Utf8Value();
  if (text.find('\0') != std::string::npos) return std::nullopt;
  return text;
}

std::optional<std::vector<std::string>> read_texts(const Napi::Value& value) {
  if (!value.IsArray()) return std::nullopt;
  const Napi::Array array = value.As<Napi::Array>();
  if (array.Length() > kMostTexts) return std::nullopt;
  std::vector<std::string> texts;
  for (uint32_t index = 0; index < array.Length(); index++) {
    const Napi::Value element = array.Get(index);
    if (value.Env().IsExceptionPending()) return std::nullopt;
    std::optional<std::string> text = read_text(element);
    if (!text) return std::nullopt;
    texts.push_back(std::move(*text));
  }
  return texts;
}

#if !defined(_WIN32)

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Gives the error; without one it does not return.
int become(const std::string& file, std::vector<std::string> arguments, std::vector<std::string> environment) {
  // Whatever a library has opened without the flag would go on to the other program: a device, a listening socket.
  const long limit = sysconf(_SC_OPEN_MAX);
  const int most = limit > 0 && limit < 65536 ? static_cast<int>(limit) : 65536;
  // Node itself has set it for the standard streams.
  for (int descriptor = 0; descriptor < most; descriptor++) fcntl(descriptor, F_SETFD, descriptor < 3 ? 0 : FD_CLOEXEC);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execve(file.c_str(), pointers_to(arguments).data(), pointers_to(environment).data());
  return errno;
}

#endif

/// replaceProcess(file: string, arguments: string[], environment: string[]): never
Napi::Value replace_process(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  std::optional<std::string> file = info.Length() == 3 ? read_text(info[0]) : std::nullopt;
  std::optional<std::vector<std::string>> arguments = file ? read_texts(info[1]) : std::nullopt;
  std::optional<std::vector<std::string>> environment = arguments ? read_texts(info[2]) : std::nullopt;
  if (!environment) {
    if (env.IsExceptionPending()) return env.Undefined();
    const char* message = "replaceProcess: expects a file, arguments and an environment, all texts without a NUL";
    Napi::TypeError::New(env, message).ThrowAsJavaScriptException();
    return env.Undefined();
  }
#if defined(_WIN32)
  Napi::Error::New(env, "replaceProcess: Windows cannot do that").ThrowAsJavaScriptException();
#else
  const int error = become(*file, std::move(*arguments), std::move(*environment));
  Napi::Error::New(env, "replaceProcess: " + *file + ": " + std::strerror(error)).ThrowAsJavaScriptException();
#endif
  return env.Undefined();
}

}

void export_process_calls(Napi::Env env, Napi::Object exports) {
  exports.Set("replaceProcess", Napi::Function::New(env, replace_process, "replaceProcess"));
}

}
