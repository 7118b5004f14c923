// NVML for tests: device 0 tells everything, device 1 nearly nothing, as laptops do.
//   FAKE_INIT_RESULT=n    what nvmlInit_v2 answers
//   FAKE_OLD              an old driver: none of the newer versions of functions
//   FAKE_BARE             a library that counts devices and has nothing else
//   FAKE_LONG_PROCESSES   processes are written as drivers 535.43 to 535.86 do, with a word that nobody expects
//   FAKE_MANY=n           device 0 has n compute processes
//   FAKE_WAVES            use, memory and power go up and down
// The file that RINGSTUDIO_FAKE_NVML names says what happens from now on: hang-at-once, crash, hang, lost (device 0),
// count-fails.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#ifdef FAKE_WAVES
#include <math.h>
#endif

#ifndef FAKE_INIT_RESULT
#define FAKE_INIT_RESULT 0
#endif
#ifndef FAKE_MANY
#define FAKE_MANY 2
#endif

namespace {

constexpr int kUninitialized = 1;
constexpr int kInvalidArgument = 2;
constexpr int kNotSupported = 3;
constexpr int kNoPermission = 4;
constexpr int kNotFound = 6;
constexpr int kInsufficientSize = 7;
constexpr int kDriverNotLoaded = 9;
constexpr int kGpuIsLost = 15;
constexpr int kVersionMismatch = 25;
constexpr unsigned long long kGiB = 1ULL << 30;
constexpr unsigned long long kNotAvailable = ~0ULL;

struct device {
  int index;
};
device devices[2] = {{0}, {1}};

bool is_initialized = false;

/// Whether the file asks for this.
bool is_asked(const char* wish) {
  const char* path = getenv("RINGSTUDIO_FAKE_NVML");
  FILE* file = path == nullptr ? nullptr : fopen(path, "r");
  if (file == nullptr) return false;
  char text[32] = {};
  const size_t length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[length] = '\0';
  return strcmp(text, wish) == 0;
}

void hang() {
  for (;;) sleep(3600);
}

/// From 0 to 1 and back within a minute.
double wave() {
#ifdef FAKE_WAVES
  timespec now = {};
  clock_gettime(CLOCK_REALTIME, &now);
  const double seconds = static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
  return 0.5 + 0.4 * sin(seconds / 7) + 0.1 * sin(seconds * 1.7);
#else
  return 0.5;
#endif
}

int check(const device* of) {
  if (!is_initialized) return kUninitialized;
  if (of != &devices[0] && of != &devices[1]) return kInvalidArgument;
  return 0;
}

/// Device 1 does not have the figure.
template <class T>
int tell(const device* of, T* target, T value) {
  if (const int code = check(of)) return code;
  if (of->index != 0) return kNotSupported;
  *target = value;
  return 0;
}

int write_text(char* text, unsigned size, const char* value) {
  if (size <= strlen(value)) return kInsufficientSize;
  strcpy(text, value);
  return 0;
}

struct utilization {
  unsigned gpu;
  unsigned memory;
};
struct memory {
  unsigned long long total, free, used;
};
struct memory_v2 {
  unsigned version;
  unsigned long long total, reserved, free, used;
};
struct temperature_v1 {
  unsigned version, sensor;
  int celsius;
};
struct process_v1 {
  unsigned pid;
  unsigned long long used;
};
struct process_v2 {
  unsigned pid;
  unsigned long long used;
  unsigned gpu_instance, compute_instance;
};
struct long_process {
  process_v2 begin;
  unsigned long long protected_bytes;
};

template <class Process>
Process make(unsigned pid, unsigned long long used) {
  Process process = {};
  process.pid = pid;
  process.used = used;
  return process;
}
template <>
[[maybe_unused]] long_process make<long_process>(unsigned pid, unsigned long long used) {
  return {make<process_v2>(pid, used), 0};
}

template <class Process>
int compute_processes(const device* of, unsigned* count, void* list) {
  if (const int code = check(of)) return code;
  if (of->index != 0) return kNoPermission;
  const unsigned room = *count;
  *count = FAKE_MANY;
  if (room < FAKE_MANY) return kInsufficientSize;
  for (unsigned index = 0; index < FAKE_MANY; index++) {
    const auto process = make<Process>(4242 + index, index == 1 ? kNotAvailable : (index + 1) * kGiB);
    memcpy(static_cast<char*>(list) + index * sizeof(Process), &process, sizeof(Process));
  }
  return 0;
}

template <class Process>
int graphics_processes(const device* of, unsigned* count, void* list) {
  if (const int code = check(of)) return code;
  if (of->index != 0) return kNotSupported;
  if (*count < 1) return kInsufficientSize;
  *count = 1;
  const auto process = make<Process>(4242, kGiB);
  memcpy(list, &process, sizeof process);
  return 0;
}

}

extern "C" {

int nvmlInit_v2() {
  if (is_asked("hang-at-once")) hang();
  is_initialized = FAKE_INIT_RESULT == 0;
  return FAKE_INIT_RESULT;
}

int nvmlShutdown() {
  if (!is_initialized) return kUninitialized;
  is_initialized = false;
  return 0;
}

int nvmlSystemGetDriverVersion(char* version, unsigned size) {
  if (!is_initialized) return kUninitialized;
  if (version == nullptr || size < 80) return kInvalidArgument;
  return write_text(version, size, "550.54.15");
}

int nvmlDeviceGetCount_v2(unsigned* count) {
  if (!is_initialized) return kUninitialized;
  if (count == nullptr) return kInvalidArgument;
  if (is_asked("crash")) raise(SIGSEGV);
  if (is_asked("hang")) hang();
  if (is_asked("count-fails")) return kGpuIsLost;
  *count = 2;
  return 0;
}

const char* nvmlErrorString(int code) {
  switch (code) {
    case kNotSupported:
      return "Not Supported";
    case kNoPermission:
      return "Insufficient Permissions";
    case kDriverNotLoaded:
      return "Driver Not Loaded";
    case kGpuIsLost:
      return "GPU is lost";
    default:
      return "Unknown Error";
  }
}

#ifndef FAKE_BARE

int nvmlDeviceGetHandleByIndex_v2(unsigned index, device** handle) {
  if (index > 1) return kInvalidArgument;
  if (index == 0 && is_asked("lost")) return kGpuIsLost;
  *handle = &devices[index];
  return 0;
}

int nvmlDeviceGetName(device* of, char* name, unsigned size) {
  if (const int code = check(of)) return code;
  return write_text(name, size, of->index == 0 ? "NVIDIA Fake 9000" : "NVIDIA Fake Laptop");
}

int nvmlDeviceGetUUID(device* of, char* uuid, unsigned size) {
  if (const int code = check(of)) return code;
  return write_text(uuid, size, of->index == 0 ? "GPU-0000-0" : "GPU-0000-1");
}

int nvmlDeviceGetUtilizationRates(device* of, utilization* rates) {
  return tell(of, rates, {static_cast<unsigned>(100 * wave()), static_cast<unsigned>(40 * wave())});
}

int nvmlDeviceGetMemoryInfo(device* of, memory* info) {
  if (const int code = check(of)) return code;
  if (of->index != 0) {
    *info = {8 * kGiB, 7 * kGiB, 1 * kGiB};
  } else {
    *info = {80 * kGiB, 50 * kGiB, 30 * kGiB};
  }
  return 0;
}

int nvmlDeviceGetPowerUsage(device* of, unsigned* milliwatts) {
  return tell(of, milliwatts, static_cast<unsigned>(100000 + 500000 * wave()));
}
int nvmlDeviceGetPowerManagementLimit(device* of, unsigned* milliwatts) { return tell(of, milliwatts, 650000u); }
int nvmlDeviceGetTemperature(device* of, int, unsigned* celsius) {
  if (const int code = check(of)) return code;
  *celsius = of->index == 0 ? static_cast<unsigned>(40 + 30 * wave()) : 41;
  return 0;
}
int nvmlDeviceGetClockInfo(device* of, int clock, unsigned* megahertz) {
  return tell(of, megahertz, clock == 1 ? static_cast<unsigned>(345 + 1600 * wave()) : 2619u);
}
int nvmlDeviceGetMaxClockInfo(device* of, int clock, unsigned* megahertz) {
  return tell(of, megahertz, clock == 1 ? 1980u : 2619u);
}
int nvmlDeviceGetEccMode(device* of, int* current, int* pending) {
  *pending = 1;
  return tell(of, current, 1);
}
int nvmlDeviceGetTotalEccErrors(device* of, int kind, int, unsigned long long* count) {
  return tell(of, count, kind == 0 ? 3ULL : 0ULL);
}
int nvmlDeviceGetCurrentClocksThrottleReasons(device* of, unsigned long long* reasons) {
  return tell(of, reasons, 0x24ULL);
}
int nvmlSystemGetProcessName(unsigned pid, char* name, unsigned size) {
  return pid == 4242 ? write_text(name, size, "/usr/bin/trainer") : kNotFound;
}
int nvmlDeviceGetComputeRunningProcesses(device* of, unsigned* count, process_v1* list) {
  return compute_processes<process_v1>(of, count, list);
}
int nvmlDeviceGetGraphicsRunningProcesses(device* of, unsigned* count, process_v1* list) {
  return graphics_processes<process_v1>(of, count, list);
}

#ifndef FAKE_OLD

int nvmlDeviceGetMemoryInfo_v2(device* of, memory_v2* info) {
  if (info->version != (sizeof(memory_v2) | 2u << 24)) return kVersionMismatch;
  if (const int code = check(of)) return code;
  if (of->index != 0) return kNotSupported;
  const auto used = static_cast<unsigned long long>(60.0 * wave() * static_cast<double>(kGiB));
  *info = {info->version, 80 * kGiB, kGiB, 79 * kGiB - used, used};
  return 0;
}
int nvmlDeviceGetEnforcedPowerLimit(device* of, unsigned* milliwatts) { return tell(of, milliwatts, 700000u); }
int nvmlDeviceGetTemperatureV(device* of, temperature_v1* temperature) {
  if (temperature->version != (sizeof(temperature_v1) | 1u << 24)) return kVersionMismatch;
  return tell(of, &temperature->celsius, static_cast<int>(40 + 30 * wave()));
}
int nvmlDeviceGetCurrentClocksEventReasons(device* of, unsigned long long* reasons) {
  return tell(of, reasons, 0x24ULL);
}
#ifdef FAKE_LONG_PROCESSES
using newest_process = long_process;
#else
using newest_process = process_v2;
#endif
int nvmlDeviceGetComputeRunningProcesses_v3(device* of, unsigned* count, void* list) {
  return compute_processes<newest_process>(of, count, list);
}
int nvmlDeviceGetGraphicsRunningProcesses_v3(device* of, unsigned* count, void* list) {
  return graphics_processes<newest_process>(of, count, list);
}

#endif
#endif
}
