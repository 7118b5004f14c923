// The integers of the memory protocol.
//
// Compiles in three environments: C++17 for the CPU device (Clang, wasm32), CUDA C++ (nvcc, NVRTC) and plain C++ on the
// host. Needs no other header.
#pragma once

namespace ring::abi {

using u8 = unsigned char;
using u16 = unsigned short;
using u32 = unsigned int;
using u64 = unsigned long long;

}  // namespace ring::abi
