// Histogram equalization: spreads the grey levels of an image over the whole range. A histogram, its running sum and a
// look-up for every pixel, each a collective of the block.
#include <ring_kernel.cuh>

constexpr unsigned kLevels = 256;

/// An image of 8 bits a pixel, which is changed in place.
struct Image {
  ring::buffer<uint8_t> pixels;
};

/// What the image was like before.
struct Levels {
  uint32_t pixels;
  uint8_t darkest;
  uint8_t median;  ///< the darkest level that at least half of the pixels do not exceed
  uint8_t brightest;
  float mean;
  float entropy;  ///< bits a pixel
};

/// Equalizes images.
RING_KERNEL(equalize);
RING_BLOCK(equalize, ring::any);

RING_ON(equalize, Image) {
  __shared__ uint32_t counts[kLevels], sums[kLevels];
  const auto pixels = msg.pixels.write();
  const unsigned size = pixels.size();
  ctx.parallel_for(kLevels, [&](unsigned level) { counts[level] = 0; });
  ctx.histogram(size, [&](unsigned i) { return pixels[i]; }, counts, kLevels);
  ctx.scan(
      kLevels, 0u, [&](unsigned level) { return counts[level]; },
      [&](unsigned level, uint32_t sum) { sums[level] = sum; });

  const auto first_where = [&](auto&& holds) {
    return ctx.reduce(
        kLevels, kLevels, [&](unsigned level) { return holds(level) ? level : kLevels; }, ring::minimum{});
  };
  const unsigned darkest = first_where([&](unsigned level) { return sums[level] > 0; });
  const unsigned median = first_where([&](unsigned level) { return sums[level] >= size - size / 2; });
  const unsigned brightest = first_where([&](unsigned level) { return sums[level] == size; });
  const uint64_t total =
      ctx.reduce(kLevels, uint64_t{0}, [&](unsigned level) { return static_cast<uint64_t>(level) * counts[level]; });
  const float entropy = ctx.reduce(kLevels, 0.0f, [&](unsigned level) {
    const float share = static_cast<float>(counts[level]) / static_cast<float>(size);
    return share > 0.0f ? -share * log2f(share) : 0.0f;
  });

  // Level v becomes the share of pixels up to it, of those above the darkest level; one level alone stays.
  const uint32_t of_darkest = counts[darkest], range = size - of_darkest;
  ctx.parallel_for(size, [&](unsigned i) {
    const uint64_t above = sums[pixels[i]] - of_darkest;
    if (range > 0) pixels[i] = static_cast<uint8_t>((above * (kLevels - 1) + range / 2) / range);
  });
  if (ctx.leader()) {
    const float mean = static_cast<float>(static_cast<double>(total) / size);
    ctx.reply(Levels{size, static_cast<uint8_t>(darkest), static_cast<uint8_t>(median), static_cast<uint8_t>(brightest),
                     mean, entropy});
  }
}
