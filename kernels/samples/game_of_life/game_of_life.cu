// Conway's Game of Life on a torus that is cut into strips. Each strip is an actor; strips exchange the rows at their
// edges and never wait for all: one that has both edges of a generation goes on, so neighbours can be a generation
// apart.
#include <ring_kernel.cuh>

constexpr unsigned kRows = 8;     // of a strip
constexpr unsigned kHeight = 32;  // of the board: as many rows as all strips have
constexpr unsigned kWidth = 32;   // of the board: the bits of a row's word
constexpr unsigned kMostCells = kHeight * kWidth;

struct Cell {
  uint8_t x, y;
};

/// Plays some generations.
struct Life {
  ring::list<Cell, kMostCells> cells;  ///< alive at first; x and y are taken modulo 32
  uint32_t generations = 1;
};

/// The board after the last generation.
struct Board {
  uint32_t generations;
  uint32_t alive;
  ring::list<Cell, kMostCells> cells;  ///< by rows
};

/// Hands the strips their rows: each takes the next ones and passes the message on. Bit x of a row is column x.
struct Start {
  uint32_t rows[kHeight];
  uint32_t first_row;
  uint32_t generations;
};

enum class Side : uint8_t { above = 0, below = 1 };

/// The row of a neighbour that lies next to the strip, in one generation.
struct Edge {
  uint32_t row;
  uint32_t generation;
  Side side;  ///< of the receiver
};

/// What a strip has become.
struct Rows {
  uint32_t rows[kRows];
  uint32_t first_row;
  uint32_t generations;
};

/// A neighbour is one generation ahead at most: it needs this strip's edge to go on. So there are two places for each
/// side, for even and odd generations.
struct Inbound {
  uint32_t row[2];
  bool has[2];
};

struct StripState {
  uint32_t rows[kRows];
  uint32_t first_row;
  uint32_t generation;
  uint32_t generations;
  bool is_playing;
  bool has_sent_edges;  ///< of this generation
  Inbound sides[2];
};

__device__ inline uint32_t west_of(uint32_t row) { return row << 1 | row >> 31; }
__device__ inline uint32_t east_of(uint32_t row) { return row >> 1 | row << 31; }
__device__ inline uint32_t majority(uint32_t a, uint32_t b, uint32_t c) { return (a & b) | (c & (a ^ b)); }

/// A row of the next generation. The eight neighbours of all 32 cells are added up at once, bit by bit.
__device__ inline uint32_t next_row(uint32_t above, uint32_t row, uint32_t below) {
  const uint32_t ones_above = west_of(above) ^ above ^ east_of(above);
  const uint32_t ones_below = west_of(below) ^ below ^ east_of(below);
  const uint32_t ones_beside = west_of(row) ^ east_of(row);
  const uint32_t twos[4] = {majority(west_of(above), above, east_of(above)),
                            majority(west_of(below), below, east_of(below)), west_of(row) & east_of(row),
                            majority(ones_above, ones_below, ones_beside)};
  // Two or three neighbours: one of the four. An odd number of them is three only if a pair is full.
  const uint32_t is_one_two = (twos[0] ^ twos[1] ^ twos[2] ^ twos[3]) & ~(twos[0] & twos[1]) & ~(twos[2] & twos[3]);
  return is_one_two & (row | (ones_above ^ ones_below ^ ones_beside));
}

/// Plays as many generations as there are edges for. `up`, `down` and `results` are output ports.
template <class Up, class Down, class Results>
__device__ inline void play(ring::context& ctx, StripState& state, Up up, Down down, Results results) {
  while (state.is_playing && state.generation < state.generations) {
    if (!state.has_sent_edges) {
      ctx.emit(up, Edge{state.rows[0], state.generation, Side::below});
      ctx.emit(down, Edge{state.rows[kRows - 1], state.generation, Side::above});
      state.has_sent_edges = true;
    }
    const uint32_t place = state.generation & 1;
    Inbound &above = state.sides[0], &below = state.sides[1];
    if (!above.has[place] || !below.has[place]) return;
    uint32_t next[kRows];
    for (unsigned i = 0; i < kRows; ++i)
      next[i] = next_row(i == 0 ? above.row[place] : state.rows[i - 1], state.rows[i],
                         i == kRows - 1 ? below.row[place] : state.rows[i + 1]);
    for (unsigned i = 0; i < kRows; ++i) state.rows[i] = next[i];
    above.has[place] = below.has[place] = false;
    state.generation += 1;
    state.has_sent_edges = false;
  }
  if (!state.is_playing) return;
  Rows result = {{}, state.first_row, state.generations};
  for (unsigned i = 0; i < kRows; ++i) result.rows[i] = state.rows[i];
  ctx.emit(results, result);
  state.is_playing = false;
}

/// Some rows of the board. Its neighbours are above and below; the board is a torus.
RING_KERNEL(strip, StripState);
RING_OUTPUT(strip, next, Start);  ///< to the strip below
RING_OUTPUT(strip, up, Edge);
RING_OUTPUT(strip, down, Edge);
RING_OUTPUT(strip, results, Rows);

RING_ON(strip, Start) {
  for (unsigned i = 0; i < kRows; ++i) state.rows[i] = msg.rows[msg.first_row + i];
  state.first_row = msg.first_row;
  state.generation = 0;
  state.generations = msg.generations;
  state.has_sent_edges = false;
  state.is_playing = true;
  if (msg.first_row + kRows < kHeight) {
    Start rest = msg;
    rest.first_row += kRows;
    ctx.emit(next, rest);
  }
  play(ctx, state, up, down, results);
}

/// It can come before Start: then it waits in its place.
RING_ON(strip, Edge) {
  Inbound& side = state.sides[static_cast<unsigned>(msg.side)];
  const uint32_t place = msg.generation & 1;
  assert(!side.has[place]);
  side.row[place] = msg.row;
  side.has[place] = true;
  play(ctx, state, up, down, results);
}

struct BoardState {
  uint32_t rows[kHeight];
  uint32_t rows_missing;
};

enum class BoardError : uint32_t { none = 0, busy = 1 };

/// Starts the strips and puts the board together when all have come to the end.
RING_KERNEL(board, BoardState);
RING_OUTPUT(board, start, Start);
RING_OUTPUT(board, boards, Board);

RING_ON(board, Life) {
  if (state.rows_missing > 0) {
    ctx.report_error(static_cast<uint32_t>(BoardError::busy));
    return;
  }
  state.rows_missing = kHeight;
  Start all = {{}, 0, msg.generations};
  for (const Cell& cell : msg.cells) all.rows[cell.y % kHeight] |= 1u << (cell.x % kWidth);
  ctx.emit(start, all);
}

RING_ON(board, Rows) {
  for (unsigned i = 0; i < kRows; ++i) state.rows[msg.first_row + i] = msg.rows[i];
  state.rows_missing -= kRows;
  if (state.rows_missing > 0) return;
  Board result = {msg.generations, 0, {}};
  for (unsigned y = 0; y < kHeight; ++y)
    for (unsigned x = 0; x < kWidth; ++x)
      if ((state.rows[y] >> x & 1) != 0) result.cells.push_back(Cell{static_cast<uint8_t>(x), static_cast<uint8_t>(y)});
  result.alive = result.cells.size();
  ctx.emit(boards, result);
}
