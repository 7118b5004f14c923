#include <cstring>
#include <utility>

#include "addon/arguments.h"
#include "addon/calls.h"

namespace ring {

namespace {

constexpr uint64_t kMostBytes = uint64_t{1} << 46;
/// Of what is copied through JavaScript's heap.
constexpr size_t kMostCopied = size_t{1} << 31;
constexpr uintptr_t kPageBytes = 4096;

Napi::Value undefined(environment&, Napi::Env env, nothing&) { return env.Undefined(); }

/// The thread of what lives in this environment's contexts.
work_thread& thread_of(environment& self, const resource& one) { return self.session_of(one.owner())->thread; }

/// registerMemory(context, view): a Uint8Array over all of a shared WebAssembly.Memory, or other pages.
Napi::Value register_memory(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "registerMemory", 2);
  const std::shared_ptr<context_session> session = arguments.context_of(0);
  const byte_view view = arguments.shared_view(1, "view", {napi_uint8_array});
  if (arguments.is_good() &&
      (reinterpret_cast<uintptr_t>(view.begin) % kPageBytes != 0 || view.bytes % kPageBytes != 0)) {
    arguments.refuse_argument("the view is not made of whole pages of 4,096 bytes: memory of WebAssembly is");
  }
  if (!arguments.is_good()) return arguments.raise();
  environment& self = environment::of(info.Env());
  // From here on: the GPU may use it until it is released.
  const uint64_t pin = self.pin(arguments.typed_array(1));
  using registered = std::shared_ptr<host_memory>;
  return self.promise<registered>(
      session->thread, [session, view] { return host_memory::register_range(session->opened, view.begin, view.bytes); },
      [pin](environment& of, Napi::Env, registered& done) {
        of.note_pin(done.get(), pin);
        return of.give_handle(done);
      },
      [pin](environment& of) { of.unpin(pin); });
}

/// mapMemory(context, memory): what another context has registered.
Napi::Value map_memory(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "mapMemory", 2);
  const std::shared_ptr<context_session> session = arguments.context_of(0);
  const std::shared_ptr<host_memory> registered = arguments.host_memory_of(1);
  if (arguments.is_good() && &registered->owner() == session->known.get()) {
    arguments.refuse_argument("the memory is of the same context, which maps it already");
  }
  if (!arguments.is_good()) return arguments.raise();
  using mapped = std::shared_ptr<host_memory>;
  return environment::of(info.Env())
      .promise<mapped>(
          session->thread, [session, registered] { return host_memory::map(session->opened, registered); },
          [](environment& self, Napi::Env, mapped& done) { return self.give_handle(done); });
}

Napi::Value allocate_memory(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "allocateMemory", 2);
  const std::shared_ptr<context_session> session = arguments.context_of(0);
  const uint64_t bytes = arguments.number(1, "bytes", 1, kMostBytes);
  if (!arguments.is_good()) return arguments.raise();
  using allocated = std::shared_ptr<device_memory>;
  return environment::of(info.Env())
      .promise<allocated>(
          session->thread, [session, bytes] { return device_memory::allocate(session->opened, bytes); },
          [](environment& self, Napi::Env, allocated& done) { return self.give_handle(done); });
}

/// writeMemory(memory, offset, bytes)
Napi::Value write_bytes(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "writeMemory", 3);
  const std::shared_ptr<device_memory> to = arguments.device_memory_of(0);
  const uint64_t offset = arguments.number(1, "offset", 0, kMostBytes);
  std::vector<std::byte> bytes = arguments.bytes(2, "bytes", kMostCopied);
  if (!arguments.is_good()) return arguments.raise();
  environment& self = environment::of(info.Env());
  return self.promise<nothing>(
      thread_of(self, *to),
      [to, offset, bytes = std::move(bytes)] { return as_result(write_memory(*to, offset, bytes)); }, undefined);
}

/// writeAddress(memory, offset, target, targetOffset): 8 bytes, where the GPU finds the target.
Napi::Value write_address(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "writeAddress", 4);
  const std::shared_ptr<device_memory> to = arguments.device_memory_of(0);
  const uint64_t offset = arguments.number(1, "offset", 0, kMostBytes);
  const std::shared_ptr<memory> target = arguments.memory_of(2);
  const uint64_t target_offset = arguments.number(3, "targetOffset", 0, kMostBytes);
  if (arguments.is_good() && (&to->owner() != &target->owner() || target_offset > target->bytes())) {
    arguments.refuse_argument("the target is not of the same context, or ends before the offset");
  }
  if (!arguments.is_good()) return arguments.raise();
  environment& self = environment::of(info.Env());
  return self.promise<nothing>(
      thread_of(self, *to),
      [to, offset, target, target_offset] {
        if (target->is_released()) {
          return result<nothing>(
              RING_REFUSE("writeAddress", "RING_STALE_HANDLE", programmer, "the target has been released"));
        }
        const cuda_address address = target->address() + target_offset;
        std::vector<std::byte> bytes(sizeof address);
        std::memcpy(bytes.data(), &address, sizeof address);
        return as_result(write_memory(*to, offset, bytes));
      },
      undefined);
}

Napi::Value read_bytes(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "readMemory", 3);
  const std::shared_ptr<device_memory> from = arguments.device_memory_of(0);
  const uint64_t offset = arguments.number(1, "offset", 0, kMostBytes);
  const uint64_t bytes = arguments.number(2, "bytes", 0, kMostCopied);
  if (!arguments.is_good()) return arguments.raise();
  environment& self = environment::of(info.Env());
  return self.promise<std::vector<std::byte>>(
      thread_of(self, *from), [from, offset, bytes] { return read_memory(*from, offset, bytes); },
      [](environment&, Napi::Env env, std::vector<std::byte>& read) -> Napi::Value {
        // Copied: Electron has no buffers over memory that is not V8's.
        Napi::Uint8Array array = Napi::Uint8Array::New(env, read.size());
        if (!read.empty()) std::memcpy(array.Data(), read.data(), read.size());
        return array;
      });
}

Napi::Value fill_bytes(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "fillMemory", 4);
  const std::shared_ptr<device_memory> to = arguments.device_memory_of(0);
  const uint64_t offset = arguments.number(1, "offset", 0, kMostBytes);
  const uint64_t bytes = arguments.number(2, "bytes", 0, kMostBytes);
  const auto value = static_cast<unsigned char>(arguments.number(3, "value", 0, 255));
  if (!arguments.is_good()) return arguments.raise();
  environment& self = environment::of(info.Env());
  return self.promise<nothing>(
      thread_of(self, *to), [to, offset, bytes, value] { return as_result(fill_memory(*to, offset, bytes, value)); },
      undefined);
}

/// copyMemory(from, fromOffset, to, toOffset, bytes): one is registered memory, the other the device's own.
Napi::Value copy_bytes(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "copyMemory", 5);
  memory_range from;
  memory_range to;
  from.of = arguments.memory_of(0);
  from.offset = arguments.number(1, "fromOffset", 0, kMostBytes);
  to.of = arguments.memory_of(2);
  to.offset = arguments.number(3, "toOffset", 0, kMostBytes);
  from.bytes = to.bytes = arguments.number(4, "bytes", 0, kMostBytes);
  if (arguments.is_good() && (&from.of->owner() != &to.of->owner() || from.of->kind() == to.of->kind())) {
    arguments.refuse_argument("copies go between registered memory and device memory of the same context");
  }
  if (!arguments.is_good()) return arguments.raise();
  environment& self = environment::of(info.Env());
  return self.promise<nothing>(
      thread_of(self, *from.of), [from, to] { return as_result(copy_memory(from, to)); }, undefined);
}

/// release(handle): memory, modules and functions; what depends on it goes too.
Napi::Value release(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "release", 1);
  const std::shared_ptr<resource> one = arguments.resource_of(0);
  if (!arguments.is_good()) return arguments.raise();
  environment& self = environment::of(info.Env());
  return self.promise<nothing>(
      thread_of(self, *one), [one] { return as_result(one->owner().release(*one)); },
      [](environment& of, Napi::Env env, nothing&) -> Napi::Value {
        of.sweep();
        return env.Undefined();
      });
}

}

void export_memory_calls(Napi::Env env, Napi::Object exports) {
  exports.Set("registerMemory", Napi::Function::New(env, register_memory, "registerMemory"));
  exports.Set("mapMemory", Napi::Function::New(env, map_memory, "mapMemory"));
  exports.Set("allocateMemory", Napi::Function::New(env, allocate_memory, "allocateMemory"));
  exports.Set("writeMemory", Napi::Function::New(env, write_bytes, "writeMemory"));
  exports.Set("writeAddress", Napi::Function::New(env, write_address, "writeAddress"));
  exports.Set("readMemory", Napi::Function::New(env, read_bytes, "readMemory"));
  exports.Set("fillMemory", Napi::Function::New(env, fill_bytes, "fillMemory"));
  exports.Set("copyMemory", Napi::Function::New(env, copy_bytes, "copyMemory"));
  exports.Set("release", Napi::Function::New(env, release, "release"));
}

}
