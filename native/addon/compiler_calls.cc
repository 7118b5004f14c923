#include <cstring>
#include <utility>

#include "addon/arguments.h"
#include "addon/calls.h"

namespace ring {

namespace {

constexpr size_t kMostLibraries = 256;
constexpr size_t kMostPathBytes = 32768;
constexpr size_t kMostSourceBytes = size_t{1} << 28;
constexpr size_t kMostHeaders = 16384;
constexpr size_t kMostOptions = 4096;

Napi::Value opened_to_js(environment& self, Napi::Env env, const std::shared_ptr<compiler_session>& session) {
  const compiler& opened = *session->opened;
  const std::string& trouble = opened.builtins_failure();
  Napi::Array architectures = Napi::Array::New(env, opened.architectures().size());
  for (uint32_t index = 0; index < opened.architectures().size(); index++) {
    architectures.Set(index, opened.architectures()[index]);
  }
  Napi::Object object = Napi::Object::New(env);
  object.Set("compiler", self.give_handle(handle_kind::compiler, session));
  object.Set("path", opened.library().library.path());
  object.Set("versionMajor", opened.version_major());
  object.Set("versionMinor", opened.version_minor());
  object.Set("architectures", architectures);
  object.Set("builtinsFailure", trouble.empty() ? env.Null() : Napi::String::New(env, trouble));
  return object;
}

/// openCompiler(libraries)
Napi::Value open_compiler(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "openCompiler", 1);
  const std::vector<std::string> libraries = arguments.texts(0, "libraries", kMostLibraries, kMostPathBytes);
  for (const std::string& name : libraries) {
    if (name.empty()) arguments.refuse_argument("a name of a library is empty");
  }
  if (!arguments.is_good()) return arguments.raise();
  environment& self = environment::of(info.Env());
  auto session = std::make_shared<compiler_session>();
  self.add(session);
  using done = std::shared_ptr<compiler_session>;
  return self.promise<done>(
      session->thread,
      [session, libraries]() -> result<done> {
        result<std::shared_ptr<compiler>> opened = compiler::open(libraries);
        if (!opened.is_ok()) return std::move(opened.why());
        session->opened = std::move(opened.value());
        return session;
      },
      [](environment& of, Napi::Env env, done& one) { return opened_to_js(of, env, one); },
      [session](environment& of) { of.forget(session); });
}

Napi::Value answer_to_js(environment&, Napi::Env env, compile_answer& answer) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("code", env.Null());
  if (answer.code) {
    Napi::Uint8Array code = Napi::Uint8Array::New(env, answer.code->size());
    if (!answer.code->empty()) std::memcpy(code.Data(), answer.code->data(), answer.code->size());
    object.Set("code", code);
  }
  object.Set("log", answer.log);
  Napi::Array names = Napi::Array::New(env, answer.lowered_names.size());
  for (uint32_t index = 0; index < answer.lowered_names.size(); index++) {
    Napi::Array pair = Napi::Array::New(env, 2);
    pair.Set(uint32_t{0}, answer.lowered_names[index].first);
    pair.Set(uint32_t{1}, answer.lowered_names[index].second);
    names.Set(index, pair);
  }
  object.Set("loweredNames", names);
  return object;
}

/// compile(compiler, name, source, header names, header texts, options, name expressions, isCubin)
Napi::Value compile(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "compile", 8);
  const std::shared_ptr<compiler_session> session = arguments.compiler_of(0);
  compile_request request;
  request.name = arguments.text(1, "name", kMostPathBytes);
  request.source = arguments.text(2, "source", kMostSourceBytes);
  std::vector<std::string> names = arguments.texts(3, "header names", kMostHeaders, kMostPathBytes);
  std::vector<std::string> texts = arguments.texts(4, "header texts", kMostHeaders, kMostSourceBytes);
  request.options = arguments.texts(5, "options", kMostOptions, kMostPathBytes);
  request.name_expressions = arguments.texts(6, "name expressions", kMostOptions, kMostPathBytes);
  request.is_cubin = arguments.flag(7, "isCubin");
  if (arguments.is_good() && names.size() != texts.size()) {
    arguments.refuse_argument("there are not as many texts of headers as names");
  }
  if (!arguments.is_good()) return arguments.raise();
  for (size_t index = 0; index < names.size(); index++) {
    request.headers.push_back({std::move(names[index]), std::move(texts[index])});
  }
  return environment::of(info.Env())
      .promise<compile_answer>(
          session->thread, [session, request = std::move(request)] { return session->opened->compile(request); },
          answer_to_js);
}

}

void export_compiler_calls(Napi::Env env, Napi::Object exports) {
  exports.Set("openCompiler", Napi::Function::New(env, open_compiler, "openCompiler"));
  exports.Set("compile", Napi::Function::New(env, compile, "compile"));
}

}
