// CUDA's loads and stores with a cache policy in their names, fences, and C's functions on memory and text.
//
// Runs on the CPU device only (Clang, wasm32). Caches are the machine's business: all loads and stores are plain.
#pragma once

#include "ring_cpu.h"

#define RING_LOAD(name_)       \
  template <class T>           \
  inline T name_(const T* p) { \
    return *p;                 \
  }
RING_LOAD(__ldg)
RING_LOAD(__ldca)
RING_LOAD(__ldcg)
RING_LOAD(__ldcs)
RING_LOAD(__ldcv)
RING_LOAD(__ldlu)
#undef RING_LOAD

namespace ring::detail {
/// Keeps a parameter out of deduction, so that arguments are converted to the type of the pointer.
template <class T>
struct as_is {
  using type = T;
};
}  // namespace ring::detail
#define RING_STORE(name_)                                                  \
  template <class T>                                                       \
  inline void name_(T* p, typename ::ring::detail::as_is<T>::type value) { \
    *p = value;                                                            \
  }
RING_STORE(__stcg)
RING_STORE(__stcs)
RING_STORE(__stwb)
RING_STORE(__stwt)
#undef RING_STORE

inline void __threadfence_block() { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
inline void __threadfence() { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
inline void __threadfence_system() { __atomic_thread_fence(__ATOMIC_SEQ_CST); }

extern "C" {
void* memcpy(void* to, const void* from, __SIZE_TYPE__ size);
void* memmove(void* to, const void* from, __SIZE_TYPE__ size);
void* memset(void* to, int value, __SIZE_TYPE__ size);
int memcmp(const void* a, const void* b, __SIZE_TYPE__ size);
__SIZE_TYPE__ strlen(const char* s);
int strcmp(const char* a, const char* b);
}
