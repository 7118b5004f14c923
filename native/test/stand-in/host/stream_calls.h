// What entry points that take a stream have in common.
#pragma once

#include <memory>

#include "call.h"
#include "stream.h"

namespace standin {

/// A stream of the context; its null stream for the handles 0 and CU_STREAM_LEGACY.
result find_stream(context& c, handle which, std::shared_ptr<stream>& found);

/// Lets other calls go on meanwhile. The context's fault, if it has one by then.
result wait_without_lock(const std::shared_ptr<context>& c, const stream_place& place, driver_lock& lock);

}
