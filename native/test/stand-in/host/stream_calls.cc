// The driver's entry points on streams, events and host functions.
#include <algorithm>

#include "block.h"
#include "call.h"
#include "context.h"
#include "handles.h"
#include "journal.h"
#include "stream.h"
#include "stream_calls.h"

namespace standin {

namespace {

/// What has ended may have done so because the context failed since the call began.
result ended_in(const context& c) {
  return c.fault() == 0 ? kSuccess : refuse(c.fault(), "the context has failed meanwhile");
}

}

result find_stream(context& c, handle which, std::shared_ptr<stream>& found) {
  found = nullptr;
  if (which == nullptr || which == reinterpret_cast<handle>(1)) {
    found = c.null_stream;
    return kSuccess;
  }
  found = handles().streams.find(which);
  if (found == nullptr) return refuse(kInvalidHandle, "%p is no stream (or was destroyed before)", which);
  if (&found->owner() != &c) return refuse(kInvalidHandle, "the stream is another context's");
  return kSuccess;
}

result wait_without_lock(const std::shared_ptr<context>& c, const stream_place& place, driver_lock& lock) {
  lock.unlock();
  wait_for(place);
  c->drain_prints();
  lock.lock();
  return c->fault() == 0 ? kSuccess : refuse(c->fault(), "a kernel has failed");
}

namespace {

template <class F>
result with_stream(const char* name, handle which, F body) {
  return context_call(name, [&](context& c, driver_lock& lock) -> result {
    std::shared_ptr<stream> s;
    if (const result code = find_stream(c, which, s)) return code;
    return body(c, s, lock);
  });
}

template <class F>
result with_event(const char* name, handle which, F body) {
  return context_call(name, [&](context& c, driver_lock& lock) -> result {
    const auto e = handles().events.find(which);
    if (e == nullptr) return refuse(kInvalidHandle, "%p is no event (or was destroyed before)", which);
    return body(c, *e, lock);
  });
}

}

RING_EXPORT result cuStreamCreateWithPriority(handle* answer, unsigned flags, int) {
  return context_call("cuStreamCreateWithPriority", [&](context& c, driver_lock&) -> result {
    constexpr unsigned kNonBlocking = 1;
    if (answer == nullptr) return refuse(kInvalidValue, "the place for the stream is null");
    if ((flags & ~kNonBlocking) != 0) return refuse(kInvalidValue, "there are no flags 0x%x", flags);
    auto made = std::make_shared<stream>(c, false, (flags & kNonBlocking) == 0);
    std::erase_if(c.streams, [](const auto& each) { return each.expired(); });
    c.streams.push_back(made);
    *answer = handles().streams.add(std::move(made));
    return kSuccess;
  });
}

RING_EXPORT result cuStreamCreate(handle* answer, unsigned flags) {
  return cuStreamCreateWithPriority(answer, flags, 0);
}

RING_EXPORT result cuStreamDestroy_v2(handle which) {
  return with_stream("cuStreamDestroy_v2", which, [&](context&, std::shared_ptr<stream>& s, driver_lock&) -> result {
    if (which == nullptr || handles().streams.find(which) == nullptr)
      return refuse(kInvalidHandle, "the default stream cannot be destroyed");
    // What is left in it is still done.
    handles().streams.remove(which);
    s->close();
    return kSuccess;
  });
}

RING_EXPORT result cuStreamQuery(handle which) {
  return with_stream("cuStreamQuery", which, [&](context& c, std::shared_ptr<stream>& s, driver_lock&) -> result {
    return s->end().is_done() ? ended_in(c) : kNotReady;
  });
}

RING_EXPORT result cuStreamSynchronize(handle which) {
  return with_stream("cuStreamSynchronize", which,
                     [&](context&, std::shared_ptr<stream>& s, driver_lock& lock) -> result {
                       return wait_without_lock(current_context(), s->end(), lock);
                     });
}

RING_EXPORT result cuStreamWaitEvent(handle which, handle event_handle, unsigned flags) {
  return with_stream("cuStreamWaitEvent", which, [&](context&, std::shared_ptr<stream>& s, driver_lock&) -> result {
    const auto e = handles().events.find(event_handle);
    if (e == nullptr) return refuse(kInvalidHandle, "%p is no event (or was destroyed before)", event_handle);
    if (flags > 1) return refuse(kInvalidValue, "there are no flags 0x%x", flags);
    s->put([place = e->place] { wait_for(place); });
    return kSuccess;
  });
}

RING_EXPORT result cuLaunchHostFunc(handle which, void (*function)(void*), void* argument) {
  return with_stream("cuLaunchHostFunc", which, [&](context&, std::shared_ptr<stream>& s, driver_lock&) -> result {
    if (function == nullptr) return refuse(kInvalidValue, "the function is null");
    s->put([function, argument] {
      is_in_host_function() = true;
      function(argument);
      is_in_host_function() = false;
    });
    return kSuccess;
  });
}

RING_EXPORT result cuEventCreate(handle* answer, unsigned flags) {
  return context_call("cuEventCreate", [&](context& c, driver_lock&) -> result {
    constexpr unsigned kDisableTiming = 2;
    if (answer == nullptr) return refuse(kInvalidValue, "the place for the event is null");
    if (flags > 7) return refuse(kInvalidValue, "there are no flags 0x%x", flags);
    *answer = handles().events.add(std::make_shared<event>(event{&c, (flags & kDisableTiming) == 0, {}, nullptr}));
    return kSuccess;
  });
}

RING_EXPORT result cuEventRecord(handle which, handle stream_handle) {
  return with_event("cuEventRecord", which, [&](context& c, event& e, driver_lock&) -> result {
    std::shared_ptr<stream> s;
    if (const result code = find_stream(c, stream_handle, s)) return code;
    if (e.owner != &c) return refuse(kInvalidHandle, "the event is another context's");
    e.time_ns = std::make_shared<unsigned long long>(0);
    e.place = s->put([time = e.time_ns] { *time = monotonic_ns(); });
    return kSuccess;
  });
}

RING_EXPORT result cuEventQuery(handle which) {
  return with_event("cuEventQuery", which, [&](context& c, event& e, driver_lock&) -> result {
    return e.place.is_done() ? ended_in(c) : kNotReady;
  });
}

RING_EXPORT result cuEventSynchronize(handle which) {
  return with_event("cuEventSynchronize", which, [&](context&, event& e, driver_lock& lock) -> result {
    const stream_place place = e.place;
    return wait_without_lock(current_context(), place, lock);
  });
}

RING_EXPORT result cuEventElapsedTime(float* ms, handle from, handle to) {
  return with_event("cuEventElapsedTime", from, [&](context&, event& first, driver_lock&) -> result {
    const auto last = handles().events.find(to);
    if (ms == nullptr) return refuse(kInvalidValue, "the place for the time is null");
    if (last == nullptr) return refuse(kInvalidHandle, "%p is no event (or was destroyed before)", to);
    if (!first.has_time || !last->has_time) return refuse(kInvalidHandle, "an event was made without timing");
    if (first.time_ns == nullptr || last->time_ns == nullptr)
      return refuse(kInvalidHandle, "an event has not been recorded");
    if (!first.place.is_done() || !last->place.is_done()) return kNotReady;
    *ms = static_cast<float>(static_cast<double>(static_cast<long long>(*last->time_ns - *first.time_ns)) * 1e-6);
    return kSuccess;
  });
}

RING_EXPORT result cuEventDestroy_v2(handle which) {
  return with_event("cuEventDestroy_v2", which, [&](context&, event&, driver_lock&) -> result {
    handles().events.remove(which);
    return kSuccess;
  });
}

}
