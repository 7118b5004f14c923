// What the host and the GPU see of each other's writes while a kernel is resident: the message passing that everything
// else stands on (ring_ptx.h), with payloads that say which round they are of.
#include <ring_kernel.cuh>

constexpr uint32_t kLanes = 32;
/// A word of round r is r * kStamps + lane; in an answer kLanes more.
constexpr uint32_t kStamps = 64;
/// About 10 s of a GPU's clock: where it never sees what the host writes, the kernel ends by itself.
constexpr long long kPatienceTicks = 15'000'000'000;

/// Between the host and one block. Each side's words are on lines of their own. main/cli/verify-cuda/checks/memory.ts
/// has the offsets.
struct alignas(128) Conversation {
  uint32_t asked;  ///< the round, written by the host after its question
  uint32_t stop;   ///< written by the host: it has given up
  uint32_t host_reserved[30];
  uint32_t question[kLanes];
  uint32_t answered;  ///< the round, written by the GPU after its answer
  uint32_t gpu_reserved[31];
  uint32_t answer[kLanes];
  uint32_t rounds;  ///< that the GPU has answered
  uint32_t stale;   ///< questions with a word of an earlier round
  uint32_t torn;    ///< questions with words of several rounds, or of none
  uint32_t end_reserved[29];
};
static_assert(sizeof(Conversation) == 640, "main/cli/verify-cuda/checks/memory.ts");

__device__ bool await_round(Conversation& talk, uint32_t round) {
  const long long since = clock64();
  while (ring::detail::peek(&talk.asked) != round) {
    if (ring::detail::peek(&talk.stop) != 0 || clock64() - since > kPatienceTicks) return false;
  }
  return ring::detail::load(&talk.asked) == round;  // the acquire that makes the question visible
}

/// One block of kLanes threads for each conversation: thread 0 acquires and releases, all read and write.
__global__ void converse(uint32_t address, uint32_t rounds) {
  __shared__ uint32_t words[kLanes];
  __shared__ uint32_t is_over;
  Conversation& talk = *ring::detail::at<Conversation>(address + blockIdx.x * sizeof(Conversation));
  const uint32_t lane = threadIdx.x;
  uint32_t answered = 0, stale = 0, torn = 0;
  for (uint32_t round = 1; round <= rounds; ++round) {
    if (lane == 0) is_over = await_round(talk, round) ? 0 : 1;
    __syncthreads();
    if (is_over != 0) break;
    words[lane] = talk.question[lane];
    __syncthreads();
    if (lane == 0) {
      bool is_stale = false, is_torn = false;
      for (uint32_t i = 0; i < kLanes; ++i) {
        is_stale = is_stale || words[i] / kStamps < round;
        is_torn = is_torn || words[i] != words[0] + i;
      }
      stale += is_stale ? 1 : 0;
      torn += is_torn ? 1 : 0;
    }
    talk.answer[lane] = round * kStamps + kLanes + lane;
    __syncthreads();
    if (lane == 0) ring::detail::store(&talk.answered, round);
    answered = round;
  }
  if (lane != 0) return;
  talk.rounds = answered;
  talk.stale = stale;
  talk.torn = torn;
}
