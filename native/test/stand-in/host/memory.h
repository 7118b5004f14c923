// What the device may touch: memory that is allocated or registered, and the variables of loaded modules.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cuda_types.h"

namespace standin {

class context;

/// By threads of blocks. Costs two comparisons in most cases.
bool is_device_memory(const volatile void* p, size_t bytes);

/// For modules.
void add_window(const void* base, size_t bytes);
void remove_window(const void* base);

/// Where registered memory is not coherent: before a grid begins, and when one has ended.
void show_host_writes(const context& c);
void show_kernel_writes(const context& c);

/// All that the context has.
void release_memory(context& c);

long long count_allocations();
long long count_registrations();

}
