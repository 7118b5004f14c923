// Matrix multiplication as CUDA programmers write it: a block of 16 × 16 threads loads tiles of both matrices into
// shared memory, so that each element is read once for 16 products.
#include <ring_kernel.cuh>

constexpr unsigned kTile = 16;

/// c = a b, all by rows.
struct Multiply {
  ring::buffer<float> a;  ///< rows × inner
  ring::buffer<float> b;  ///< inner × columns
  ring::buffer<float> c;  ///< rows × columns: becomes the product
  uint32_t rows;
  uint32_t inner;
  uint32_t columns;
};

/// The answer.
struct Product {
  float largest;  ///< magnitude of the largest element
  float trace;    ///< sum of c[i][i]
};

enum class MatrixError : uint32_t { none = 0, sizes_differ = 1 };

/// Multiplies matrices.
RING_KERNEL(matrix_multiply);
RING_BLOCK(matrix_multiply, kTile, kTile);

RING_ON(matrix_multiply, Multiply) {
  __shared__ float tile_a[kTile][kTile], tile_b[kTile][kTile];
  const auto a = msg.a.read(), b = msg.b.read();
  const auto c = msg.c.write();
  const unsigned rows = msg.rows, inner = msg.inner, columns = msg.columns;
  if (a.size() != rows * inner || b.size() != inner * columns || c.size() != rows * columns) {
    if (ctx.leader()) ctx.report_error(static_cast<uint32_t>(MatrixError::sizes_differ));
    return;
  }
  const unsigned tx = threadIdx.x, ty = threadIdx.y;
  for (unsigned top = 0; top < rows; top += kTile) {
    for (unsigned left = 0; left < columns; left += kTile) {
      const unsigned row = top + ty, column = left + tx;
      float sum = 0;
      for (unsigned at = 0; at < inner; at += kTile) {
        // Neighbouring threads load neighbouring elements; what lies outside is 0.
        tile_a[ty][tx] = row < rows && at + tx < inner ? a[row * inner + at + tx] : 0.0f;
        tile_b[ty][tx] = at + ty < inner && column < columns ? b[(at + ty) * columns + column] : 0.0f;
        __syncthreads();
        for (unsigned k = 0; k < kTile; ++k) sum += tile_a[ty][k] * tile_b[k][tx];
        __syncthreads();
      }
      if (row < rows && column < columns) c[row * columns + column] = sum;
    }
  }
  // A collective among the rest: it waits for all threads first.
  const float largest = ctx.reduce(c.size(), 0.0f, [&](unsigned i) { return fabsf(c[i]); }, ring::maximum{});
  const float trace = ctx.reduce(min(rows, columns), 0.0f, [&](unsigned i) { return c[i * columns + i]; });
  if (ctx.leader()) ctx.reply(Product{largest, trace});
}
