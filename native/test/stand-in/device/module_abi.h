// What a compiled module and the stand-in agree on: the services that device code calls, and what a module tells of
// itself when it is loaded.
//
// Compiles in two environments: the stand-in (C++20), and device code that the stand-in's NVRTC compiles, where there
// are no standard headers.
#pragma once

namespace ring_standin {

using u32 = unsigned;
using u64 = unsigned long long;

/// Laid out as uint3.
struct index3 {
  u32 x, y, z;
};

/// What the running CUDA thread knows of its place.
struct thread_view {
  index3 thread;
  index3 block;
  index3 block_dim;
  index3 grid_dim;
};

enum class warp_op : u32 {
  sync,
  ballot,
  shuffle,  ///< argument: the lane to read
  match_any,
  match_all,
  add,
  min_unsigned,
  min_signed,
  max_unsigned,
  max_signed,
  bit_and,
  bit_or,
  bit_xor
};

/// Called by device code. None may be called by another thread than that of the block.
struct services {
  /// Arrives at one of the block's 16 barriers; `threads` 0 is all that have not returned. Returns how many of them had
  /// a predicate that is true.
  u32 (*barrier)(u32 id, u32 threads, bool predicate);
  /// Waits for all blocks of a cooperative grid.
  void (*grid_barrier)();
  u64 (*warp)(warp_op op, u32 mask, u64 value, u32 argument);
  u32 (*active_mask)();
  /// Lets others go on; for at least so long.
  void (*pause)(u32 ns);
  /// Ends the context when `bytes` at `p` are not aligned, or are no memory that the device may touch.
  void (*check)(const volatile void* p, u32 bytes);
  void (*trap)();
  void (*assertion_failed)(const char* expression, const char* file, u32 line, const char* function);
  int (*print)(const char* format, __builtin_va_list arguments);
  void* (*dynamic_shared)();
  u32 (*dynamic_shared_bytes)();
  u64 (*grid_id)();
  u64 (*global_timer)();
  u64 (*clock)();
  void* (*allocate)(u64 bytes);
  void (*release)(void* p);
};

inline constexpr u32 kMaxParameters = 64;

/// One `__global__` function. The list is made by constructors of the module.
struct kernel_record {
  const kernel_record* next;
  const void* function;
  void (*invoke)(void* const* parameters);
  u32 parameter_count;
  const u32* parameter_bytes;
  const u32* parameter_alignment;
  /// Of __launch_bounds__, 0 where there is none.
  u32 max_threads;
};

inline constexpr u32 kModuleMagic = 0x52535431;

/// What `ring_standin_module` returns, the one function that the stand-in looks for.
struct module_info {
  u32 magic;
  u32 abi_bytes;  ///< sizeof(services)
  const kernel_record* kernels;
  /// As in `sm_90` or `compute_90`.
  const char* target;
  void (*bind)(const services*);
  /// The calling host thread's pointer to the running CUDA thread.
  const thread_view** (*current)();
};

}  // namespace ring_standin
