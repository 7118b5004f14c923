#include <ring_kernel.cuh>

/// One sample from a sensor.
struct Reading {
  uint32_t sensor;
  float celsius;
};

/// What a thousand readings have in common.
struct Summary {
  uint64_t readings;  ///< so far
  float mean;
  float coldest;
  float warmest;
  uint32_t busiest;  ///< the sensor that has sent most
};

struct StationState {
  uint64_t readings;
  double sum;
  float coldest = 1000.0f;
  float warmest = -1000.0f;
  uint32_t per_sensor[16];
};

RING_KERNEL(station, StationState);
RING_OUTPUT(station, summaries, Summary);

RING_ON(station, Reading) {
  state.readings += 1;
  state.sum += msg.celsius;
  if (msg.celsius < state.coldest) state.coldest = msg.celsius;
  if (msg.celsius > state.warmest) state.warmest = msg.celsius;
  state.per_sensor[msg.sensor & 15] += 1;
  if (state.readings % 1000 != 0) return;
  uint32_t busiest = 0;
  for (uint32_t sensor = 1; sensor < 16; ++sensor) {
    if (state.per_sensor[sensor] > state.per_sensor[busiest]) busiest = sensor;
  }
  const float mean = static_cast<float>(state.sum / static_cast<double>(state.readings));
  ctx.emit(summaries, Summary{state.readings, mean, state.coldest, state.warmest, busiest});
}
