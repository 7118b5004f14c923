// Buffers: vectors stay where they are while actors hand them on. `saxpy` computes y = a x + y in place, `norm`
// measures what came out.
#include <ring_kernel.cuh>

/// y = a x + y, element by element.
struct Saxpy {
  ring::buffer<float> x;
  ring::buffer<float> y;  ///< changed in place; as long as x
  float a = 1.0f;
};

/// A vector to be measured.
struct Vector {
  ring::buffer<float> values;
};

/// The answer.
struct Norm {
  double euclidean;
  float largest;  ///< magnitude of the largest element
  uint32_t count;
};

enum class SaxpyError : uint32_t { none = 0, lengths_differ = 1 };

/// Adds a multiple of one vector to another.
RING_KERNEL(saxpy);
RING_OUTPUT(saxpy, result, Vector);

RING_ON(saxpy, Saxpy) {
  if (msg.x.size() != msg.y.size()) {
    ctx.report_error(static_cast<uint32_t>(SaxpyError::lengths_differ));
    return;
  }
  const auto x = msg.x.read();
  const auto y = msg.y.write();
  for (unsigned i = 0; i < y.size(); ++i) y[i] += msg.a * x[i];
  ctx.forward(result, Vector{msg.y});
}

/// Measures vectors.
RING_KERNEL(norm);

RING_ON(norm, Vector) {
  double squares = 0;
  float largest = 0;
  for (float value : msg.values.read()) {
    squares += static_cast<double>(value) * value;
    largest = max(largest, fabsf(value));
  }
  ctx.reply(Norm{sqrt(squares), largest, msg.values.size()});
}
