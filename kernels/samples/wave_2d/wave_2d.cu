// Waves in a basin that is cut into tiles. Each tile is an actor; tiles exchange the cells at their edges through
// channels and go on as soon as they have those of a step: nobody waits for all.
#include <ring_kernel.cuh>

constexpr unsigned kSide = 32;               // cells of a tile's side
constexpr unsigned kTiles = 2;               // tiles of the basin's side
constexpr unsigned kWidth = kTiles * kSide;  // cells of the basin's side
constexpr unsigned kRow = kSide + 2;         // with the neighbours' cells at both ends
constexpr float kCourant2 = 0.25f;           // (speed × time step / cell)²; stable up to 1/2

/// Lets a drop fall into still water.
struct Drop {
  float x = 20;  ///< in cells; the basin has 64 × 64
  float y = 12;
  float radius = 4;
  uint32_t steps = 100;
  ring::buffer<float> surface;  ///< null, or 4,096 heights by rows: becomes the surface after the last step
};

/// The surface after the last step.
struct Surface {
  uint32_t steps;
  float highest;
  float lowest;
};

/// Tells a tile its place, and to go.
struct Begin {
  Drop drop;
  uint32_t row, column;  ///< of the tile
};

enum class Side : uint8_t { north = 0, south = 1, west = 2, east = 3 };

/// The cells of a neighbour that lie next to the tile, in one step.
struct Halo {
  float cells[kSide];
  uint32_t step;
  Side side;  ///< of the receiver
};

/// What a tile has come to.
struct Part {
  uint32_t steps;
  float highest;
  float lowest;
};

/// A neighbour is one step ahead at most: it needs this tile's halo to go on. So there are two places, for even and odd
/// steps.
struct Inbound {
  float cells[2][kSide];
  bool has[2];
};

struct TileState {
  float heights[2][kRow][kRow];  ///< of even and odd steps
  Inbound sides[4];
  Begin begin;
  uint32_t step;
  bool is_running;
};

/// Whether a tile has a neighbour there; elsewhere is the wall, where the water stays at 0.
__device__ inline bool has_neighbour(const Begin& begin, unsigned side) {
  switch (static_cast<Side>(side)) {
    case Side::north:
      return begin.row > 0;
    case Side::south:
      return begin.row + 1 < kTiles;
    case Side::west:
      return begin.column > 0;
    default:
      return begin.column + 1 < kTiles;
  }
}

/// Cell i of a side: of the tile's own cells at the edge, or of the neighbour's beyond it.
__device__ inline float& edge_cell(float (&heights)[kRow][kRow], unsigned side, unsigned i, bool is_own) {
  const unsigned first = is_own ? 1 : 0, last = is_own ? kSide : kSide + 1;
  switch (static_cast<Side>(side)) {
    case Side::north:
      return heights[first][i + 1];
    case Side::south:
      return heights[last][i + 1];
    case Side::west:
      return heights[i + 1][first];
    default:
      return heights[i + 1][last];
  }
}

/// A smooth bump of height 1.
__device__ inline float bump(const Drop& drop, unsigned x, unsigned y) {
  const float dx = static_cast<float>(x) - drop.x, dy = static_cast<float>(y) - drop.y;
  const float outside = (dx * dx + dy * dy) / (drop.radius * drop.radius);
  return outside < 1 ? (1 - outside) * (1 - outside) : 0.0f;
}

template <class Port>
__device__ inline void send_halo(ring::context& ctx, TileState& state, Port port, unsigned side) {
  if (!has_neighbour(state.begin, side)) return;
  Halo halo = {{}, state.step, static_cast<Side>(side ^ 1)};  // what is north of one is south of the other
  for (unsigned i = 0; i < kSide; ++i) halo.cells[i] = edge_cell(state.heights[state.step & 1], side, i, true);
  ctx.emit(port, halo);
}

/// Through the ports of north, south, west and east.
template <class... Ports>
__device__ inline void send_halos(ring::context& ctx, TileState& state, Ports... ports) {
  unsigned side = 0;
  if (ctx.leader() && state.step < state.begin.drop.steps) (send_halo(ctx, state, ports, side++), ...);
}

__device__ inline bool has_all_halos(const TileState& state) {
  bool has_all = true;
  for (unsigned side = 0; side < 4; ++side)
    if (has_neighbour(state.begin, side) && !state.sides[side].has[state.step & 1]) has_all = false;
  return has_all;
}

/// One step of the wave equation, u'' = c² (u_xx + u_yy), by central differences. The next heights take the place of
/// those before: each cell needs its own one only.
__device__ inline void advance(ring::context& ctx, TileState& state) {
  const unsigned place = state.step & 1;
  auto& now = state.heights[place];
  auto& next = state.heights[place ^ 1];
  ctx.parallel_for(4 * kSide, [&](unsigned k) {
    const unsigned side = k / kSide, i = k % kSide;
    if (has_neighbour(state.begin, side)) edge_cell(now, side, i, false) = state.sides[side].cells[place][i];
  });
  ctx.parallel_for(kSide * kSide, [&](unsigned k) {
    const unsigned y = k / kSide + 1, x = k % kSide + 1;
    const float u = now[y][x];
    const float around = (now[y - 1][x] + now[y + 1][x]) + (now[y][x - 1] + now[y][x + 1]);
    next[y][x] = (2 * u - next[y][x]) + kCourant2 * (around - 4 * u);
  });
  // Once for the block, seen by all of it.
  ctx.parallel_for(1, [&](unsigned) {
    for (Inbound& side : state.sides) side.has[place] = false;
    state.step += 1;
  });
}

template <class Parts>
__device__ inline void finish(ring::context& ctx, TileState& state, Parts parts) {
  auto& heights = state.heights[state.step & 1];
  const auto height = [&](unsigned k) { return heights[k / kSide + 1][k % kSide + 1]; };
  const Part part = {state.step, ctx.reduce(kSide * kSide, 0.0f, height, ring::maximum{}),
                     ctx.reduce(kSide * kSide, 0.0f, height, ring::minimum{})};
  if (state.begin.drop.surface) {
    ctx.parallel_for(kSide, [&](unsigned y) {
      const unsigned first = (state.begin.row * kSide + y) * kWidth + state.begin.column * kSide;
      const auto row = state.begin.drop.surface.write(first, kSide);
      for (unsigned x = 0; x < kSide; ++x) row[x] = heights[y + 1][x + 1];
    });
  }
  if (ctx.leader()) ctx.emit(parts, part);
  ctx.parallel_for(1, [&](unsigned) { state.is_running = false; });
}

/// As many steps as there are halos for. The ports are those of halos.
template <class Parts, class... Ports>
__device__ inline void run(ring::context& ctx, TileState& state, Parts parts, Ports... ports) {
  while (state.is_running && state.step < state.begin.drop.steps) {
    if (!has_all_halos(state)) return;
    advance(ctx, state);
    send_halos(ctx, state, ports...);
  }
  if (state.is_running) finish(ctx, state, parts);
}

/// 32 × 32 cells.
RING_KERNEL(tile, TileState);
RING_BLOCK(tile, ring::any);
RING_OUTPUT(tile, north, Halo);
RING_OUTPUT(tile, south, Halo);
RING_OUTPUT(tile, west, Halo);
RING_OUTPUT(tile, east, Halo);
RING_OUTPUT(tile, parts, Part);

RING_ON(tile, Begin) {
  ctx.parallel_for(1, [&](unsigned) {
    state.begin = msg;
    state.step = 0;
    state.is_running = true;
  });
  ctx.parallel_for(kRow * kRow, [&](unsigned k) {
    const unsigned y = k / kRow, x = k % kRow;
    const bool is_inside = y >= 1 && y <= kSide && x >= 1 && x <= kSide;
    const unsigned left = msg.column * kSide, top = msg.row * kSide;
    // Water at rest: the step before is the same.
    state.heights[0][y][x] = state.heights[1][y][x] = is_inside ? bump(msg.drop, left + x - 1, top + y - 1) : 0.0f;
  });
  send_halos(ctx, state, north, south, west, east);
  run(ctx, state, parts, north, south, west, east);
}

/// It can come before Begin: then it waits in its place.
RING_ON(tile, Halo) {
  Inbound& side = state.sides[static_cast<unsigned>(msg.side)];
  const unsigned place = msg.step & 1;
  assert(!side.has[place]);
  ctx.parallel_for(kSide, [&](unsigned i) { side.cells[place][i] = msg.cells[i]; });
  ctx.parallel_for(1, [&](unsigned) { side.has[place] = true; });
  run(ctx, state, parts, north, south, west, east);
}

struct BasinState {
  uint32_t parts_missing;
  Surface surface;
};

enum class BasinError : uint32_t { none = 0, busy = 1, wrong_size = 2 };

/// Starts the tiles and tells when all are done.
RING_KERNEL(basin, BasinState);
RING_OUTPUT(basin, surfaces, Surface);

RING_ON(basin, Drop) {
  const bool has_wrong_size = msg.surface && msg.surface.size() != kWidth * kWidth;
  if (state.parts_missing > 0 || has_wrong_size) {
    ctx.report_error(static_cast<uint32_t>(has_wrong_size ? BasinError::wrong_size : BasinError::busy));
    return;
  }
  state = BasinState{kTiles * kTiles, Surface{msg.steps, 0, 0}};
  for (unsigned row = 0; row < kTiles; ++row) {
    for (unsigned column = 0; column < kTiles; ++column) {
      ring::text<8> name;
      name.append("tile_");
      name.push_back(static_cast<char>('0' + row));
      name.push_back(static_cast<char>('0' + column));
      ctx.send(ctx.actor(name), Begin{msg, row, column});
    }
  }
}

RING_ON(basin, Part) {
  state.surface.highest = max(state.surface.highest, msg.highest);
  state.surface.lowest = min(state.surface.lowest, msg.lowest);
  state.parts_missing -= 1;
  if (state.parts_missing == 0) ctx.emit(surfaces, state.surface);
}
