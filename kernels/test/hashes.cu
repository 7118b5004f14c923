// The hashes of kernels/actor/ring_hash.cuh, for a test that compares them with the host's.
#include <ring_kernel.cuh>

struct Bytes {
  ring::text<100> text;
};
struct Hashes {
  uint32_t key;
  uint64_t name;
};

RING_KERNEL(hashes);
RING_ON(hashes, Bytes) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(msg.text.begin());
  ctx.reply(Hashes{ring::detail::fnv1a32(bytes, msg.text.size()),
                   ring::detail::hash_name({msg.text.begin(), msg.text.size()})});
}

static_assert(ring::detail::hash_name(ring::detail::span_of("foobar")) == 0x85944171f73967e8ull,
              "the published hash of foobar");
