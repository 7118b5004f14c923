// A CUDA driver for tests of the addon's runtime. It runs nothing: it keeps account of what there is, checks what a
// real driver would hang or crash on, and writes every call down. Found by cuGetProcAddress_v2 alone, as new drivers
// are.
//
// Beside the library lie `<library>.record`, one line a call, and `<library>.control`, read before each call:
//   fail NAME N CODE   the N-th call of NAME from when the line is first seen answers CODE
//   hide NAME          there is no such function
//   end N [CODE]       the N-th launch, from 1, has left the device; with CODE it has failed, and all that follows
//                      with it
//   hang NAME          calls of NAME return when the line is gone
//
// A kernel's name says what it is like: `_b5` five blocks fit on a multiprocessor, `_l64` 64 bytes of local memory,
// `_p2` two parameters of 8 bytes; without these 8 blocks, none, and one parameter of 16 bytes.
#include "state.h"

#include <cstring>

extern "C" __attribute__((visibility("default"))) int cuGetProcAddress_v2(const char* name, void** function,
                                                                          int version, uint64_t flags, int* status) {
  *function = nullptr;
  *status = 1;
  if (flags != 1 || version > 12080) return recording::kInvalidValue;
  if (recording::is_controlled(std::string("hide ") + name)) return recording::kOk;
  for (const auto& entries : {recording::context_entries(), recording::memory_entries(), recording::launch_entries()}) {
    for (const recording::entry& one : entries) {
      if (std::strcmp(one.name, name) != 0) continue;
      *status = version >= one.version ? 0 : 2;
      if (*status == 0) *function = one.function;
    }
  }
  return recording::kOk;
}
