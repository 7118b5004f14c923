// What the host and blocks of the GPU see of each other's writes while a kernel is resident: the message passing that
// everything else stands on (ring_ptx.h), with payloads that say which round they are of.
#include <ring_kernel.cuh>

constexpr uint32_t kLanes = 32;
/// A word of round r is r * kStamps + lane; in an answer kLanes more.
constexpr uint32_t kStamps = 64;
/// About 10 s of a GPU's clock: where it never sees what the host writes, the kernel ends by itself.
constexpr long long kPatienceTicks = 15'000'000'000;

/// What one side has seen of the other's words.
struct Sightings {
  uint32_t rounds;
  uint32_t stale;  ///< with a word of an earlier round
  uint32_t torn;   ///< with words of several rounds, or of none
};

/// Between two sides, of which the host may be one. Each side's words are on lines of their own.
/// main/cli/verify-cuda/checks/memory.ts has the offsets.
struct alignas(128) Conversation {
  uint32_t asked;  ///< the round, written after the question
  uint32_t stop;   ///< written by the host: it has given up
  uint32_t asker_reserved[30];
  uint32_t question[kLanes];
  uint32_t answered;  ///< the round, written after the answer
  uint32_t answerer_reserved[31];
  uint32_t answer[kLanes];
  Sightings of_questions;  ///< once the kernel has ended
  Sightings of_answers;    ///< where the GPU asks
  uint32_t end_reserved[26];
};
static_assert(sizeof(Conversation) == 640, "main/cli/verify-cuda/checks/memory.ts");

__device__ bool await_round(const uint32_t& word, uint32_t round, const Conversation& talk) {
  const long long since = clock64();
  while (ring::detail::peek(&word) != round) {
    if (ring::detail::peek(&talk.stop) != 0 || clock64() - since > kPatienceTicks) return false;
  }
  return ring::detail::load(&word) == round;  // the acquire that makes the other's words visible
}

/// Run by all threads of a block: waits for the other side's words of the round; false when they do not come. Thread 0
/// acquires, all read, thread 0 judges.
__device__ bool read_round(const uint32_t& told, const uint32_t* from, uint32_t round, uint32_t first,
                           const Conversation& talk, Sightings& seen) {
  __shared__ uint32_t words[kLanes];
  __shared__ uint32_t is_over;
  const uint32_t lane = threadIdx.x;
  if (lane == 0) is_over = await_round(told, round, talk) ? 0 : 1;
  __syncthreads();
  if (is_over != 0) return false;
  words[lane] = from[lane];
  __syncthreads();
  bool is_stale = false, is_torn = false;
  for (uint32_t i = 0; i < kLanes; ++i) {
    is_stale = is_stale || words[i] / kStamps < round;
    is_torn = is_torn || words[i] != words[0] + i || words[i] % kStamps != first + i;
  }
  seen.rounds += 1;
  seen.stale += is_stale ? 1 : 0;
  seen.torn += is_torn ? 1 : 0;
  return true;
}

/// Run by all threads of a block: all write, thread 0 releases.
__device__ void write_round(uint32_t& told, uint32_t* to, uint32_t round, uint32_t first) {
  const uint32_t lane = threadIdx.x;
  to[lane] = round * kStamps + first + lane;
  __syncthreads();
  if (lane == 0) ring::detail::store(&told, round);
}

__device__ void answer(Conversation& talk, uint32_t rounds) {
  Sightings seen{};
  for (uint32_t round = 1; round <= rounds; ++round) {
    if (!read_round(talk.asked, talk.question, round, 0, talk, seen)) break;
    write_round(talk.answered, talk.answer, round, kLanes);
  }
  if (threadIdx.x == 0) talk.of_questions = seen;
}

__device__ void ask(Conversation& talk, uint32_t rounds) {
  Sightings seen{};
  for (uint32_t round = 1; round <= rounds; ++round) {
    write_round(talk.asked, talk.question, round, 0);
    if (!read_round(talk.answered, talk.answer, round, kLanes, talk, seen)) break;
  }
  if (threadIdx.x == 0) talk.of_answers = seen;
}

/// With the host: one block of kLanes threads for each conversation.
__global__ void converse(uint32_t address, uint32_t rounds) {
  answer(*ring::detail::at<Conversation>(address + blockIdx.x * sizeof(Conversation)), rounds);
}

/// Between blocks: two for each conversation, the first halves of all and the second ones. All must be resident.
__global__ void converse_in_grid(uint32_t address, uint32_t rounds) {
  const uint32_t talks = gridDim.x / 2, mine = blockIdx.x % talks;
  Conversation& talk = *ring::detail::at<Conversation>(address + mine * sizeof(Conversation));
  if (blockIdx.x < talks)
    ask(talk, rounds);
  else
    answer(talk, rounds);
}

/// Two sides, each on a line of its own: `turn` is the round that it is ready for, `mark` the one that it has come to.
struct alignas(128) Side {
  uint32_t turn;
  uint32_t mark;
  uint32_t reserved[30];
};
/// Both store their mark and then look at the other's, again and again: each time one of them at least has to see the
/// other. `missed[round]` has a bit for each side that has not.
__device__ void store_then_look(Side& own, const Side& other, uint32_t bit, uint32_t rounds, uint32_t* missed) {
  for (uint32_t round = 1; round <= rounds; ++round) {
    ring::detail::store(&own.turn, round);
    const long long since = clock64();
    while (static_cast<int>(ring::detail::load(&other.turn) - round) < 0) {
      if (clock64() - since > kPatienceTicks) return;
    }
    ring::detail::store(&own.mark, round);
    ring::detail::fence();
    if (ring::detail::load(&other.mark) < round) atomicOr(&missed[round - 1], bit);
  }
}

/// Between blocks: two for each pair of sides. `missed` has `rounds` words for each pair.
__global__ void meet_by_looking(uint32_t address, uint32_t rounds, uint32_t* missed) {
  const uint32_t pairs = gridDim.x / 2, pair = blockIdx.x % pairs;
  Side* sides = ring::detail::at<Side>(address) + 2 * pair;
  const uint32_t me = blockIdx.x / pairs;
  store_then_look(sides[me], sides[1 - me], 1u << me, rounds, missed + pair * rounds);
}

/// With the host, which is the second side.
__global__ void meet_host_by_looking(uint32_t address, uint32_t rounds, uint32_t* missed) {
  Side* sides = ring::detail::at<Side>(address);
  store_then_look(sides[0], sides[1], 1u, rounds, missed);
}
