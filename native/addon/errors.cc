#include "addon/errors.h"

#include <string>

namespace ring {

namespace {

std::string message_of(const failure& why) {
  std::string text = why.call + ": " + (why.name.empty() ? "error" : why.name);
  if (why.code) text += " (" + std::to_string(*why.code) + ")";
  return why.detail.empty() ? text : text + ": " + why.detail;
}

}

Napi::Value to_error(Napi::Env env, const failure& why) {
  Napi::Error error = Napi::Error::New(env, message_of(why));
  Napi::Object object = error.Value();
  object.Set("call", Napi::String::New(env, why.call));
  object.Set("code", why.code ? Napi::Number::New(env, *why.code) : env.Null());
  object.Set("name", Napi::String::New(env, why.name));
  object.Set("class", Napi::String::New(env, name_of(why.kind)));
  object.Set("place", Napi::String::New(env, why.place));
  object.Set("detail", Napi::String::New(env, why.detail));
  return object;
}

Napi::Value raise(Napi::Env env, const failure& why) {
  napi_throw(env, to_error(env, why));
  return env.Undefined();
}

}
