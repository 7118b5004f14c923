// Our own declarations of the driver's interface against NVIDIA's, where there is a toolkit: numbers, and for each
// function the shape of the parameters that the version has which we ask for. Compiling it is the test.
#include "driver/cuda_driver.h"
#include "runtime/failure.h"

#include <type_traits>

#include <cuda.h>
#include <cudaTypedefs.h>

// A macro for the newest version; the name alone is the one that cuGetProcAddress gives for 2000.
#undef cuEventElapsedTime

namespace {

template <class T>
constexpr bool is_sized = requires {
  sizeof(T);
};

template <class A, class B>
constexpr bool is_same_shape() {
  if (sizeof(A) != sizeof(B) || std::is_pointer_v<A> != std::is_pointer_v<B>) return false;
  if constexpr (std::is_pointer_v<A> && std::is_pointer_v<B>) {
    using to_a = std::remove_cv_t<std::remove_pointer_t<A>>;
    using to_b = std::remove_cv_t<std::remove_pointer_t<B>>;
    if constexpr (is_sized<to_a> && is_sized<to_b> && !std::is_void_v<to_a> && !std::is_void_v<to_b>) {
      return sizeof(to_a) == sizeof(to_b);
    }
  }
  return true;
}

template <class Ours, class Theirs>
struct same_parameters : std::false_type {};
template <class... A, class... B>
struct same_parameters<int(RING_CUDA_API*)(A...), CUresult(CUDAAPI*)(B...)> {
  static constexpr bool compare() {
    if constexpr (sizeof...(A) == sizeof...(B)) return (is_same_shape<A, B>() && ...);
    return false;
  }
  static constexpr bool value = compare();
};

#define RING_COMPARE(_symbol, _name, _version, _parameters)                                              \
  static_assert(same_parameters<decltype(ring::cuda_driver::_symbol), PFN_##_name##_v##_version>::value, \
                #_name " has other parameters in version " #_version);
RING_CUDA_FUNCTIONS(RING_COMPARE)
static_assert(same_parameters<int (*)(const char*, void**, int, uint64_t, int*), PFN_cuGetProcAddress_v12000>::value);

#define RING_EQUAL(_ours, _theirs) static_assert(static_cast<int>(ring::_ours) == static_cast<int>(_theirs), #_theirs)
RING_EQUAL(kCudaInvalidValue, CUDA_ERROR_INVALID_VALUE);
RING_EQUAL(kCudaNotReady, CUDA_ERROR_NOT_READY);
RING_EQUAL(kCudaPrimaryContextActive, CUDA_ERROR_PRIMARY_CONTEXT_ACTIVE);
RING_EQUAL(kContextBlockingSync, CU_CTX_SCHED_BLOCKING_SYNC);
RING_EQUAL(kContextMapHost, CU_CTX_MAP_HOST);
RING_EQUAL(kContextLocalMemoryResizeToMax, CU_CTX_LMEM_RESIZE_TO_MAX);
RING_EQUAL(kHostRegisterPortable, CU_MEMHOSTREGISTER_PORTABLE);
RING_EQUAL(kHostRegisterDeviceMap, CU_MEMHOSTREGISTER_DEVICEMAP);
RING_EQUAL(kStreamNonBlocking, CU_STREAM_NON_BLOCKING);
RING_EQUAL(kEventDefault, CU_EVENT_DEFAULT);
RING_EQUAL(kCarveoutMaxShared, CU_SHAREDMEM_CARVEOUT_MAX_SHARED);
RING_EQUAL(kProcAddressLegacyStream, CU_GET_PROC_ADDRESS_LEGACY_STREAM);
RING_EQUAL(context_limit::stack_size, CU_LIMIT_STACK_SIZE);
RING_EQUAL(context_limit::printf_fifo_size, CU_LIMIT_PRINTF_FIFO_SIZE);
RING_EQUAL(context_limit::malloc_heap_size, CU_LIMIT_MALLOC_HEAP_SIZE);
RING_EQUAL(module_loading_mode::eager, CU_MODULE_EAGER_LOADING);
RING_EQUAL(module_loading_mode::lazy, CU_MODULE_LAZY_LOADING);
RING_EQUAL(jit_option::info_log_buffer, CU_JIT_INFO_LOG_BUFFER);
RING_EQUAL(jit_option::info_log_buffer_size_bytes, CU_JIT_INFO_LOG_BUFFER_SIZE_BYTES);
RING_EQUAL(jit_option::error_log_buffer, CU_JIT_ERROR_LOG_BUFFER);
RING_EQUAL(jit_option::error_log_buffer_size_bytes, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES);
RING_EQUAL(function_attribute::max_threads_per_block, CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK);
RING_EQUAL(function_attribute::shared_size_bytes, CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES);
RING_EQUAL(function_attribute::const_size_bytes, CU_FUNC_ATTRIBUTE_CONST_SIZE_BYTES);
RING_EQUAL(function_attribute::local_size_bytes, CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES);
RING_EQUAL(function_attribute::register_count, CU_FUNC_ATTRIBUTE_NUM_REGS);
RING_EQUAL(function_attribute::ptx_version, CU_FUNC_ATTRIBUTE_PTX_VERSION);
RING_EQUAL(function_attribute::binary_version, CU_FUNC_ATTRIBUTE_BINARY_VERSION);
RING_EQUAL(function_attribute::max_dynamic_shared_size_bytes, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES);
RING_EQUAL(function_attribute::preferred_shared_memory_carveout, CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT);

#define RING_ATTRIBUTE(_ours, _theirs) RING_EQUAL(device_attribute::_ours, CU_DEVICE_ATTRIBUTE_##_theirs)
RING_ATTRIBUTE(max_threads_per_block, MAX_THREADS_PER_BLOCK);
RING_ATTRIBUTE(warp_size, WARP_SIZE);
RING_ATTRIBUTE(multiprocessor_count, MULTIPROCESSOR_COUNT);
RING_ATTRIBUTE(kernel_exec_timeout, KERNEL_EXEC_TIMEOUT);
RING_ATTRIBUTE(integrated, INTEGRATED);
RING_ATTRIBUTE(can_map_host_memory, CAN_MAP_HOST_MEMORY);
RING_ATTRIBUTE(concurrent_kernels, CONCURRENT_KERNELS);
RING_ATTRIBUTE(pci_bus_id, PCI_BUS_ID);
RING_ATTRIBUTE(pci_device_id, PCI_DEVICE_ID);
RING_ATTRIBUTE(pci_domain_id, PCI_DOMAIN_ID);
RING_ATTRIBUTE(max_threads_per_multiprocessor, MAX_THREADS_PER_MULTIPROCESSOR);
RING_ATTRIBUTE(unified_addressing, UNIFIED_ADDRESSING);
RING_ATTRIBUTE(compute_capability_major, COMPUTE_CAPABILITY_MAJOR);
RING_ATTRIBUTE(compute_capability_minor, COMPUTE_CAPABILITY_MINOR);
RING_ATTRIBUTE(max_shared_memory_per_multiprocessor, MAX_SHARED_MEMORY_PER_MULTIPROCESSOR);
RING_ATTRIBUTE(host_native_atomic_supported, HOST_NATIVE_ATOMIC_SUPPORTED);
RING_ATTRIBUTE(compute_preemption_supported, COMPUTE_PREEMPTION_SUPPORTED);
RING_ATTRIBUTE(cooperative_launch, COOPERATIVE_LAUNCH);
RING_ATTRIBUTE(max_shared_memory_per_block_optin, MAX_SHARED_MEMORY_PER_BLOCK_OPTIN);
RING_ATTRIBUTE(host_register_supported, HOST_REGISTER_SUPPORTED);
#if CUDA_VERSION >= 12040
RING_ATTRIBUTE(mps_enabled, MPS_ENABLED);
#endif

}

/// Run too: the table of error classes is no constant. 0 when every code that must be fatal is, and no other.
int main() {
  const CUresult fatal[] = {
      CUDA_ERROR_DEINITIALIZED,
      CUDA_ERROR_ECC_UNCORRECTABLE,
      CUDA_ERROR_NVLINK_UNCORRECTABLE,
      CUDA_ERROR_CONTAINED,
      CUDA_ERROR_ILLEGAL_ADDRESS,
      CUDA_ERROR_LAUNCH_TIMEOUT,
      CUDA_ERROR_CONTEXT_IS_DESTROYED,
      CUDA_ERROR_ASSERT,
      CUDA_ERROR_HARDWARE_STACK_ERROR,
      CUDA_ERROR_ILLEGAL_INSTRUCTION,
      CUDA_ERROR_MISALIGNED_ADDRESS,
      CUDA_ERROR_INVALID_ADDRESS_SPACE,
      CUDA_ERROR_INVALID_PC,
      CUDA_ERROR_LAUNCH_FAILED,
      CUDA_ERROR_TENSOR_MEMORY_LEAK,
      CUDA_ERROR_MPS_RPC_FAILURE,
      CUDA_ERROR_MPS_CLIENT_TERMINATED,
      CUDA_ERROR_EXTERNAL_DEVICE,
      CUDA_ERROR_UNKNOWN,
  };
  int wrong = 0;
  for (int code = 1; code < 1000; code++) {
    bool must_be = false;
    for (const CUresult one : fatal) must_be = must_be || static_cast<int>(one) == code;
    if (must_be != (ring::classify_cuda(code) == ring::error_class::fatal)) wrong++;
  }
  const auto is = [&wrong](CUresult code, ring::error_class kind) {
    if (ring::classify_cuda(static_cast<int>(code)) != kind) wrong++;
  };
  is(CUDA_ERROR_OUT_OF_MEMORY, ring::error_class::resource);
  is(CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, ring::error_class::resource);
  is(CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE, ring::error_class::resource);
  is(CUDA_ERROR_OPERATING_SYSTEM, ring::error_class::resource);
  is(CUDA_ERROR_MAP_FAILED, ring::error_class::resource);
  is(CUDA_ERROR_MPS_MAX_CLIENTS_REACHED, ring::error_class::resource);
  is(CUDA_ERROR_MPS_MAX_CONNECTIONS_REACHED, ring::error_class::resource);
  is(CUDA_ERROR_DEVICE_UNAVAILABLE, ring::error_class::transient);
  is(CUDA_ERROR_NOT_READY, ring::error_class::transient);
  is(CUDA_ERROR_SYSTEM_NOT_READY, ring::error_class::transient);
  is(CUDA_ERROR_MPS_CONNECTION_FAILED, ring::error_class::transient);
  is(CUDA_ERROR_MPS_SERVER_NOT_READY, ring::error_class::transient);
  is(CUDA_ERROR_TIMEOUT, ring::error_class::transient);
  is(CUDA_ERROR_INVALID_VALUE, ring::error_class::programmer);
  is(CUDA_ERROR_INVALID_PTX, ring::error_class::programmer);
  is(CUDA_ERROR_NOT_FOUND, ring::error_class::programmer);
  return wrong;
}
