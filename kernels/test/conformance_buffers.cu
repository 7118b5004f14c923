// Kernels with buffers, for the device conformance suite; app/testing/conformance-buffers.ts holds the same ones for
// the fake device.
#include <ring_kernel.cuh>

struct Samples {
  ring::buffer<float> values;
};
struct Total {
  double sum;
  uint32_t count;
};
struct Scale {
  ring::buffer<float> values;
  float factor;
  uint32_t first = 0;
  uint32_t count = 0;  ///< 0: all
};
struct Pick {
  ring::buffer<float> values;
  uint32_t index;
};
struct Picked {
  float value;
};

/// Adds up what a buffer holds.
RING_KERNEL(summer);
RING_ON(summer, Samples) {
  double sum = 0;
  const auto values = msg.values.read();  // line: summer
  for (float value : values) sum += value;
  ctx.reply(Total{sum, values.size()});
}

/// Scales in place and hands the buffer on.
RING_KERNEL(scaler);
RING_OUTPUT(scaler, scaled, Samples);
RING_ON(scaler, Scale) {
  const uint32_t count = msg.count == 0 ? msg.values.size() - msg.first : msg.count;
  {
    auto values = msg.values.write(msg.first, count);  // line: scaler
    for (unsigned i = 0; i < values.size(); ++i) values[i] *= msg.factor;
  }
  ctx.forward(scaled, Samples{msg.values});
}

/// Gives one element; out of bounds it fails.
RING_KERNEL(picker);
RING_ON(picker, Pick) {
  ctx.reply(Picked{msg.values[msg.index]});  // line: picker
}

struct Kept {
  ring::buffer<float> values;
};
struct Recall {
  uint32_t index = 0;
};

/// Keeps a buffer in its state.
RING_KERNEL(keeper, Kept);
RING_ON(keeper, Samples) {
  state.values = msg.values;
  ctx.reply(Picked{state.values ? 1.0f : 0.0f});
}
RING_ON(keeper, Recall) {
  const auto values = state.values.read();  // line: keeper
  ctx.reply(Picked{values[msg.index]});
}

struct Point {
  float x;
  float y;
  uint8_t color = 7;
};
struct Shape {
  ring::buffer<Point> points;
};
struct Box {
  Point low;
  Point high;
};

/// The corners of a set of points.
RING_KERNEL(boxer);
RING_ON(boxer, Shape) {
  const auto points = msg.points.read();
  Box box{points[0], points[0]};
  for (const Point& point : points) {
    if (point.x < box.low.x) box.low.x = point.x;
    if (point.y < box.low.y) box.low.y = point.y;
    if (point.x > box.high.x) box.high.x = point.x;
    if (point.y > box.high.y) box.high.y = point.y;
  }
  ctx.reply(box);
}

struct Many {
  ring::buffer<int8_t> i8 = {};
  ring::buffer<uint8_t> u8 = {};
  ring::buffer<int16_t> i16 = {};
  ring::buffer<uint16_t> u16 = {};
  ring::buffer<int32_t> i32 = {};
  ring::buffer<uint32_t> u32 = {};
  ring::buffer<int64_t> i64 = {};
  ring::buffer<uint64_t> u64 = {};
  ring::buffer<float> f32 = {};
  ring::buffer<double> f64 = {};
  ring::buffer<bool> boolean = {};
  ring::buffer<char> character = {};
};

template <class T>
__device__ inline uint32_t increment(const ring::buffer<T>& values) {
  if (!values) return 0;
  auto view = values.write();
  for (T& value : view) value = static_cast<T>(value + 1);
  return view.size();
}

/// Adds one to every element of every buffer that there is.
RING_KERNEL(incrementer);
RING_ON(incrementer, Many) {
  uint32_t count = increment(msg.i8) + increment(msg.u8) + increment(msg.i16) + increment(msg.u16);
  count += increment(msg.i32) + increment(msg.u32) + increment(msg.i64) + increment(msg.u64);
  count += increment(msg.f32) + increment(msg.f64) + increment(msg.boolean) + increment(msg.character);
  ctx.reply(Total{0, count});
}

struct Stir {
  ring::buffer<uint32_t> values;
  uint32_t milliseconds;
};

/// Writes to all of a buffer again and again, for a while.
RING_KERNEL(stirrer);
RING_ON(stirrer, Stir) {
  auto values = msg.values.write();
  const unsigned long long until = ctx.now() + msg.milliseconds * 1000000ull;
  while (ctx.now() < until)
    for (uint32_t& value : values) value += 1;
  ctx.reply(Total{0, values.size()});
}
