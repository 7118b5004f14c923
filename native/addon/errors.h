// Failures as JavaScript errors: native/bindings/addon-error.ts has the same shape.
#pragma once

#include <napi.h>

#include "runtime/failure.h"

namespace ring {

/// An Error with the properties call, code, name, class, place and detail.
Napi::Value to_error(Napi::Env env, const failure& why);

/// Makes it the pending exception, and gives what a function returns then.
Napi::Value raise(Napi::Env env, const failure& why);

}
