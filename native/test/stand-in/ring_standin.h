// The control interface of the driver stand-in: what tests set and ask beside CUDA's own entry points. Any of it may be
// called before cuInit, by any thread.
//
// The stand-in exports the CUDA driver API and NVRTC from one library, and runs kernels on the host: a block is a
// thread, its CUDA threads are fibers. It is for Linux on x86-64 and aarch64, and is never shipped.
//
// What it complains of, a misuse by its caller, a kernel's fault, an injected failure, is a line on stderr (`quiet`)
// and in the log.
//
// Settings are `key=value`, by ring_standin_set or, comma-separated, in the environment variable RING_STANDIN:
//
//   devices=1              how many there are
//   compute=90             compute capability, 10 × major + minor
//   sms=8                  multiprocessors of each
//   memory_mb=4096         of each
//   driver=12080           what cuDriverGetVersion says
//   nvrtc=12080            what nvrtcVersion says; PTX of a newer NVRTC than the driver is refused (222)
//   registers=64           of each kernel, a thread
//   attribute=ID:VALUE     what cuDeviceGetAttribute says of all devices
//   strict=1               what waits for a resident kernel is refused (800, CUDA_ERROR_NOT_PERMITTED) where a driver
//                          would wait for ever; 0: waits
//   grace_ms=5000          how long such a call waits first, as it does for kernels that end by themselves
//   watchdog_ms=0          a kernel that runs longer ends its context (702); 0: none
//   spin_us=0              a block that only sleeps keeps its core for pauses up to this; longer ones are slept, which
//                          takes at least 50 µs
//   least_pause_us=0       __nanosleep takes at least this: blocks that look for work seldom, as may be on a busy GPU
//   coherent=1             0: kernels see what the host has written to registered memory, and the host what kernels
//                          have written there, only as of the last begin or end of one
//   timer_step_ns=32       steps of %globaltimer
//   timer_ppm=0            how much faster it is than the host's clock, in millionths
//   stack_kb=64            of each CUDA thread
//   optimize=1             -O of the system's compiler
//   flags=...              further flags for it, separated by spaces
//   compiler=c++           which it is
//   cache=FOLDER           compiled programs are kept there, and found again
//   fail=NAME@N=CODE       the N-th call of NAME from now on (`_v2` may be left out) fails with CODE, and does
//                          nothing. May be set several times
//   quiet=0                1: nothing on stderr
//   log=FILE               complaints are appended there too
#pragma once

#if defined(__cplusplus)
extern "C" {
#endif

/// 0; 1 where there is no such key or the value is none of its.
int ring_standin_set(const char* key, const char* value);

/// Complaints since the last clear, one a line. Valid until the next call by this thread.
const char* ring_standin_log(void);
void ring_standin_clear_log(void);

/// How often an entry point was called, by its exported name.
unsigned long long ring_standin_calls(const char* name);

/// What is alive, to find leaks: "contexts", "modules", "streams", "events", "allocations", "registrations", "grids"
/// (resident or queued), "programs" (NVRTC's). -1 for any other word.
long long ring_standin_live(const char* what);

/// A fault of the current context as a kernel would make it, for instance 719.
int ring_standin_break_context(int code);

#if defined(__cplusplus)
}
#endif
