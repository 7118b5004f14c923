// The driver's types and numbers, as its interface fixes them.
#pragma once

#include <cstddef>
#include <cstdint>

#define RING_EXPORT extern "C" __attribute__((visibility("default")))

namespace standin {

using result = int;
/// Handles are numbers that are given once, never pointers: a stale one is always found out.
using handle = void*;
using device_pointer = unsigned long long;

enum : int {
  kSuccess = 0,
  kInvalidValue = 1,
  kOutOfMemory = 2,
  kNotInitialized = 3,
  kNoDevice = 100,
  kInvalidDevice = 101,
  kInvalidImage = 200,
  kInvalidContext = 201,
  kNoBinaryForGpu = 209,
  kInvalidPtx = 218,
  kUnsupportedPtxVersion = 222,
  kInvalidHandle = 400,
  kNotFound = 500,
  kNotReady = 600,
  kIllegalAddress = 700,
  kLaunchOutOfResources = 701,
  kLaunchTimeout = 702,
  kPrimaryContextActive = 708,
  kContextIsDestroyed = 709,
  kAssert = 710,
  kHostMemoryAlreadyRegistered = 712,
  kHostMemoryNotRegistered = 713,
  kMisalignedAddress = 716,
  kLaunchFailed = 719,
  kCooperativeLaunchTooLarge = 720,
  kNotPermitted = 800,
  kNotSupported = 801,
  kUnknown = 999
};

/// Nullptr where the driver has none.
const char* name_of_error(int code);
const char* text_of_error(int code);

}
