// A stream in windows: `source` makes a signal, `windows` measures overlapping windows of it, `detector` finds what
// sticks out, and says so once. Queues are short: whoever is too fast waits for the next stage.
#include <ring_kernel.cuh>

constexpr unsigned kChunk = 64;    // samples of a message
constexpr unsigned kWindow = 256;  // samples of a window; a new one begins with each chunk
constexpr float kThreshold = 4;    // deviations from the mean

/// Asks the source for a signal.
struct Stream {
  uint32_t samples = 65536;  ///< a multiple of 64
  uint64_t seed = 1;
  uint32_t next = 0;  ///< the sample to go on with
};

/// Some samples of the signal.
struct Chunk {
  uint32_t first;
  float values[kChunk];
};

/// Follows the last chunk, at each stage.
struct End {
  uint32_t samples;
};

/// What a window is like.
struct Window {
  uint32_t first;
  float mean;
  float deviation;
  float peak;        ///< the sample that is farthest from the mean
  uint32_t peak_at;  ///< its place in the signal
};

/// A sample that sticks out.
struct Spike {
  uint32_t at;
  float value;
  float score;  ///< deviations from the mean of its window
};

/// What there was in all.
struct Summary {
  uint32_t samples;
  uint32_t windows;
  uint32_t spikes;
};

/// A triangle wave with noise, and a spike once in about 4,000 samples.
__device__ inline float sample(uint32_t i, uint64_t seed) {
  const uint4 random = ring::philox(i, seed);
  const float wave = fabsf(static_cast<float>(i % 200) - 100.0f) / 100.0f;
  const float noise = static_cast<float>(random.x >> 8) * 0x1p-24f;
  return wave + noise + (random.y % 4000 == 0 ? 4.0f : 0.0f);
}

/// Makes the signal, a chunk for each message, and asks itself for the next one.
RING_KERNEL(source);
RING_BLOCK(source, ring::any);
RING_OUTPUT(source, chunks, Chunk);
RING_OUTPUT(source, ends, End);
RING_OUTPUT(source, rest, Stream);  ///< leads back to this actor

RING_ON(source, Stream) {
  __shared__ Chunk chunk;
  if (msg.next < msg.samples) {
    ctx.parallel_for(kChunk, [&](unsigned i) { chunk.values[i] = sample(msg.next + i, msg.seed); });
    if (ctx.leader()) {
      chunk.first = msg.next;
      ctx.emit(chunks, chunk);
      ctx.emit(rest, Stream{msg.samples, msg.seed, msg.next + kChunk});
    }
  } else if (ctx.leader()) {
    ctx.emit(ends, End{msg.next});
  }
}

struct WindowsState {
  float latest[kWindow];  ///< sample i is in place i modulo 256
};

struct Peak {
  float distance;
  uint32_t at;
};

/// Measures the last 256 samples with each chunk.
RING_KERNEL(windows, WindowsState);
RING_BLOCK(windows, ring::any);
RING_OUTPUT(windows, measured, Window);
RING_OUTPUT(windows, ends, End);

RING_ON(windows, Chunk) {
  ctx.parallel_for(kChunk, [&](unsigned i) { state.latest[(msg.first + i) % kWindow] = msg.values[i]; });
  if (msg.first + kChunk < kWindow) return;
  const uint32_t first = msg.first + kChunk - kWindow;
  const float mean = ctx.reduce(kWindow, 0.0f, [&](unsigned i) { return state.latest[i]; }) / kWindow;
  const float squares = ctx.reduce(kWindow, 0.0f, [&](unsigned i) {
    const float distance = state.latest[i] - mean;
    return distance * distance;
  });
  // Of several that are equally far the first in the signal.
  const auto distance_at = [&](unsigned i) {
    return Peak{fabsf(state.latest[(first + i) % kWindow] - mean), first + i};
  };
  const auto farther = [](const Peak& a, const Peak& b) {
    return b.distance > a.distance || (b.distance == a.distance && b.at < a.at) ? b : a;
  };
  const Peak peak = ctx.reduce(kWindow, Peak{-1.0f, 0}, distance_at, farther);
  if (ctx.leader())
    ctx.emit(measured, Window{first, mean, sqrtf(squares / kWindow), state.latest[peak.at % kWindow], peak.at});
}

RING_ON(windows, End) {
  if (ctx.leader()) ctx.emit(ends, msg);
}

struct DetectorState {
  uint32_t windows;
  uint32_t spikes;
  uint32_t silent_until;  ///< windows overlap: what lies before it has been reported
};

/// Reports each spike once, and sums up at the end.
RING_KERNEL(detector, DetectorState);
RING_OUTPUT(detector, spikes, Spike);
RING_OUTPUT(detector, summaries, Summary);

RING_ON(detector, Window) {
  state.windows += 1;
  const float score = fabsf(msg.peak - msg.mean) / msg.deviation;
  if (score <= kThreshold || msg.peak_at < state.silent_until) return;
  state.spikes += 1;
  state.silent_until = msg.peak_at + 1;
  ctx.emit(spikes, Spike{msg.peak_at, msg.peak, score});
}

RING_ON(detector, End) {
  ctx.emit(summaries, Summary{msg.samples, state.windows, state.spikes});
  state = DetectorState{};
}
