// State: an actor that remembers what it has seen, reports after every reading, and can be asked.
#include <ring_kernel.cuh>

/// One sample from a sensor.
struct Reading {
  uint32_t sensor;
  float value = 20.0f;  ///< degrees Celsius
};

/// The mean of all readings so far, the latest included.
struct Average {
  uint32_t sensor;  ///< of the latest reading
  float mean;
  uint64_t count;
};

/// Asks for the mean without adding a reading.
struct MeanQuery {};

/// The answer to MeanQuery. The mean of no readings is NaN.
struct MeanReport {
  float mean;
  uint64_t count;
};

/// Lives in device memory as long as the actor does. Only this actor's handlers see it, one message at a time, so it
/// needs no atomics. The sum is a double because a float stops counting 20s at 2^28.
struct MeanState {
  double sum;
  uint64_t count;
};

__device__ inline float mean_of(const MeanState& state) {
  return static_cast<float>(state.sum / static_cast<double>(state.count));
}

/// Running mean over all sensors.
RING_KERNEL(running_mean, MeanState);
RING_OUTPUT(running_mean, averages, Average);

RING_ON(running_mean, Reading) {
  state.sum += msg.value;
  state.count += 1;
  ctx.emit(averages, Average{msg.sensor, mean_of(state), state.count});
}

RING_ON(running_mean, MeanQuery) { ctx.reply(MeanReport{mean_of(state), state.count}); }
