#include "runtime/occupancy_budget.h"

#include <algorithm>
#include <numeric>

namespace ring {

namespace {

/// No device holds more blocks on one multiprocessor.
constexpr int kMostBlocks = 32;

constexpr uint64_t least_common_multiple() {
  uint64_t all = 1;
  for (uint64_t n = 2; n <= kMostBlocks; n++) all = std::lcm(all, n);
  return all;
}

/// A whole multiprocessor, in units in which the share of every block is a whole number: no rounding anywhere.
constexpr uint64_t kWhole = least_common_multiple();

uint64_t share_of(const grid_load& grid) {
  const int count = std::clamp(grid.blocks_per_multiprocessor, 1, kMostBlocks);
  return kWhole / static_cast<uint64_t>(count);
}

uint64_t capacity_of(int multiprocessor_count, const grid_load& grid) {
  return static_cast<uint64_t>(multiprocessor_count) * (kWhole / share_of(grid));
}

/// How many multiprocessors the other blocks can fill so far that a block of `grid` has no room there.
uint64_t count_blocked(const grid_load& grid, const std::vector<grid_load>& grids, uint64_t unit) {
  const uint64_t share = share_of(grid);
  // More than what is left beside the block. All loads are multiples of `unit`, so the next multiple it is.
  const uint64_t enough = (kWhole - share) / unit * unit + unit;
  uint64_t alone = 0;
  uint64_t together = 0;
  for (const grid_load& other : grids) {
    const uint64_t count = other.block_count - (&other == &grid ? 1 : 0);
    if (share_of(other) >= enough) {
      alone += count;
    } else {
      together += count * share_of(other);
    }
  }
  return alone + together / enough;
}

std::string describe(const grid_load& grid) {
  return std::to_string(grid.block_count) + (grid.block_count == 1 ? " block of " : " blocks of ") + grid.kernel +
         " (" + std::to_string(grid.blocks_per_multiprocessor) + " fit on a multiprocessor)";
}

std::string describe_all(int multiprocessor_count, const std::vector<grid_load>& grids) {
  std::string text = "The device has " + std::to_string(multiprocessor_count) + " multiprocessors for ";
  for (const grid_load& grid : grids) {
    if (&grid != &grids.front()) text += &grid == &grids.back() ? " and " : ", ";
    text += describe(grid);
  }
  return text + ".";
}

}

std::optional<std::string> find_shortage(int multiprocessor_count, const std::vector<grid_load>& grids) {
  for (const grid_load& grid : grids) {
    // Before anything is multiplied: counts beyond this are refused, so that nothing below can overflow.
    if (grid.block_count > capacity_of(multiprocessor_count, grid)) {
      return "At most " + std::to_string(capacity_of(multiprocessor_count, grid)) + " blocks of " + grid.kernel +
             " can be on the device together. " + describe_all(multiprocessor_count, grids);
    }
  }
  uint64_t unit = kWhole;
  for (const grid_load& grid : grids) unit = std::gcd(unit, share_of(grid));
  for (const grid_load& grid : grids) {
    if (grid.block_count == 0) continue;
    if (count_blocked(grid, grids, unit) < static_cast<uint64_t>(multiprocessor_count)) continue;
    return "A block of " + grid.kernel + " might find no room. " + describe_all(multiprocessor_count, grids);
  }
  return std::nullopt;
}

}
