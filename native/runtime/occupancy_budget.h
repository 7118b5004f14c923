// Whether grids that stay on the device leave each other room. A block that finds none waits until another one leaves,
// which a persistent one never does: its actors would be dead without anybody saying so.
//
// Of each kernel the driver tells how many of its blocks one multiprocessor holds alone (n). A block then takes at most
// 1/n of each of the multiprocessor's resources (registers, threads, shared memory, block slots), so blocks whose
// shares add up to no more than 1 fit on one. Where the device puts blocks is its own affair; the budget assumes the
// worst: that those already there block as many multiprocessors as they can. It may refuse what would fit; it never
// lets through what might not.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ring {

/// A grid, as far as room is concerned.
struct grid_load {
  std::string kernel;
  uint64_t block_count = 0;
  /// Blocks of it that one multiprocessor holds when it holds nothing else; at least 1.
  int blocks_per_multiprocessor = 1;
};

/// Nothing when every block of all grids is sure to find a place; otherwise the numbers, in sentences.
std::optional<std::string> find_shortage(int multiprocessor_count, const std::vector<grid_load>& grids);

}
