// What host and GPU agree on beside the memory protocol: how actors are launched, and what kernels say besides messages
// (why one failed, what it prints). The CPU device uses none of it.
//
// Compiles in three environments: C++17 for the CPU device (Clang, wasm32), CUDA C++ (nvcc, NVRTC) and plain C++ on the
// host. app/abi/cuda-layout.ts mirrors it.
//
// Variables of every module, which the host writes:
//   ring_arena_base    u64  where the GPU sees the arena; when the module is loaded
//   ring_launch_fault  u32  address of a `report` for plain functions, 0: none. One that is to have a launch alone is
//                           written before that, and no two such launches of a module run at a time
// and a function beside those of the user: ring_tell_time, by which the host compares its clock (cuda/ring_clock.h).
#pragma once

#include "ring_abi_types.h"

namespace ring::abi {

/// The parameter of `ring_run_<kernel>`: a grid of one dimension, as many blocks as all its actors have together, the
/// blocks of an actor one after the other. Which actors of a kernel share a launch, and in which order, is the host's
/// affair, as long as `block_dim`, `grid_dim` and `shared_bytes` are equal; handlers see blockIdx and gridDim as they
/// count over all instances of their actor's name. `block_dim` and `shared_bytes` (dynamic) are given to the driver as
/// they are. Where an actor has several blocks all of the launch must be resident together (a cooperative launch is one
/// way), else the blocks wait for each other for ever. Nothing else is to be prepared for these.
struct actor_launch {
  u32 actors;                 ///< address of the addresses of the actors
  u32 slice_us;               ///< so long after they have begun, blocks leave by themselves (kSliceIsOver); 0: never
  long long clock_origin_ns;  ///< Unix time in ns when %globaltimer was 0; of each launch, because the two drift apart
  u32 idle_us;  ///< in a slice: blocks that have had nothing to do for so long leave as well; 0: they stay
  u32 reserved;
};
static_assert(sizeof(actor_launch) == 24, "");

/// `worker.parked` once the blocks of an actor have left because their slice was over. They come back with the next
/// launch, as those that were asked to leave.
inline constexpr u32 kSliceIsOver = 0xfffffffe;

/// `worker.parked` once the blocks of an actor that has ended (terminated or failed) have left by themselves. They have
/// taken note of the last command before. Until the next launch nobody acknowledges one, or writes anything of the
/// actor's: the host changes the state of an ended actor (a restart) from here on only, and takes note of commands in
/// its place. A launch that finds its actor ended says this too.
inline constexpr u32 kHasLeft = 0xffffffff;

inline constexpr u32 kFaultTextBytes = 256;
/// Ranks of an actor that has one thread, or one that is not known.
inline constexpr u32 kNoPlace = 0xffffffff;

/// Of each worker (`worker.report`), and of launches of plain functions (`ring_launch_fault`). 0 in the place of such
/// an address: nothing is written.
struct alignas(128) report {
  // Written once, by the first thread of the module that fails, `code` last: then the context ends, and this is left.
  u32 code;        ///< a `failure`, 0: none. What the GPU itself finds (a wild access) leaves no reason
  u32 block;       ///< rank among the blocks that gridDim counts, x first, or kNoPlace
  u32 thread;      ///< rank in the block, or kNoPlace
  u32 line;        ///< in `file`; 0 where it is not known
  u32 details[4];  ///< bad_index: index, capacity. bad_buffer: slot, generation, element types wanted and found (or 0)
  u32 file_bytes;
  u32 text_bytes;
  u32 fault_reserved[22];
  char file[kFaultTextBytes];  ///< as the compiler knows it, cut at its beginning
  char text[kFaultTextBytes];  ///< cut. assertion: the expression. bad_index: the type, in quotes. Else words, or
                               ///< nothing

  // Written by the host.
  u32 prints;       ///< address of `print_words` u64; 0: nothing is kept
  u32 print_words;  ///< power of two
  u32 print_head;   ///< words taken, monotonic
  u32 host_reserved[29];

  // Written by the GPU. It never waits: what finds no room is dropped. `worker.signals` moves when a handler that has
  // printed has ended; who wants the text sooner looks at `print_tail`.
  u32 print_tail;  ///< words written, monotonic
  u32 dropped;     ///< calls of printf that found no room, monotonic
  u32 print_reserved[30];
};
static_assert(sizeof(report) == 896, "the fault, the host and the GPU each own their 128-byte lines");

/// A call of printf in the ring: words of 8 bytes, one after the other, which may go over the ring's end.
///   1     these 8 bytes
///   1     low half: rank of the block, high half: of the thread; kNoPlace as in `report`
///   n     values of the arguments: integers extended to 64 bits by their own sign, floating-point numbers as double,
///         pointers; of a string that was copied its size in bytes
///   ⌈n/8⌉ kinds of the arguments, `print_kind`, a byte each
///   …     the format, then each copied string, without NUL and each padded with zeros to 8 bytes
/// Strings are copied for %s, at most as many bytes as its precision says. The host formats as C does, and cuts the
/// text at kPrintTextBytes.
struct print_record {
  u16 words;  ///< of the whole record
  u16 format_bytes;
  u8 arguments;  ///< at most kPrintArguments: those that were given
  u8 reserved[3];
};
static_assert(sizeof(print_record) == 8, "");

enum class print_kind : u8 {
  signed32 = 1,
  unsigned32 = 2,
  signed64 = 3,
  unsigned64 = 4,
  real = 5,
  pointer = 6,
  string = 7  ///< its bytes lie behind the format. A null pointer for %s is a `pointer`
};
inline constexpr u32 kPrintArguments = 32;
/// Of a format, of a string, and of the text that comes out: as on the CPU device.
inline constexpr u32 kPrintTextBytes = 1023;

}  // namespace ring::abi
