// The functions that JavaScript sees, by what they are about. native/bindings/native-exports.ts has their signatures,
// cuda-native.ts says what they do.
#pragma once

#include <napi.h>

namespace ring {

void export_context_calls(Napi::Env env, Napi::Object exports);
void export_memory_calls(Napi::Env env, Napi::Object exports);
void export_module_calls(Napi::Env env, Napi::Object exports);
void export_launch_calls(Napi::Env env, Napi::Object exports);
void export_compiler_calls(Napi::Env env, Napi::Object exports);
void export_watch_calls(Napi::Env env, Napi::Object exports);
void export_nvml_calls(Napi::Env env, Napi::Object exports);
void export_process_calls(Napi::Env env, Napi::Object exports);

}
