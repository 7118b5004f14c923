// The reports as JavaScript objects. What is unknown is null. native/bindings/probe-report.ts has the same shapes.
#pragma once

#include <napi.h>

#include "driver/cuda_probe.h"
#include "driver/nvml_probe.h"
#include "driver/nvrtc_probe.h"

namespace ring {

Napi::Value to_js(Napi::Env env, const cuda_report& report);
Napi::Value to_js(Napi::Env env, const nvrtc_report& report);
Napi::Value to_js(Napi::Env env, const nvml_report& report);
Napi::Value to_js(Napi::Env env, const call_error& error);

}
