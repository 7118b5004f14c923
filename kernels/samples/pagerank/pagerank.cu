// PageRank: the graph lies in buffers, in compressed sparse rows, and every iteration is a few collectives of the
// block. Brin and Page, "The anatomy of a large-scale hypertextual Web search engine", WWW 1998.
#include <ring_kernel.cuh>

constexpr unsigned kListed = 64;

/// A graph by the links that lead to each node, and where its ranks go.
struct Graph {
  ring::buffer<uint32_t>
      offsets;  ///< nodes + 1: links to node v are sources[offsets[v]] to sources[offsets[v + 1] - 1]
  ring::buffer<uint32_t> sources;  ///< the node that each link comes from
  ring::buffer<uint32_t> degrees;  ///< as many as nodes: becomes the links that leave each node
  ring::buffer<float> shares;      ///< as many as nodes: becomes what each link of a node carries
  ring::buffer<float> ranks;       ///< as many as nodes: becomes the ranks, whose sum is 1
  float damping = 0.85f;           ///< the probability that a surfer follows a link
  float tolerance = 1e-6f;         ///< converged: an iteration changes the ranks by less, all together
  uint32_t max_iterations = 100;
};

/// The answer.
struct Ranks {
  bool converged;
  uint32_t iterations;
  float change;                      ///< of the last iteration: the sum of |new - old|
  ring::list<float, kListed> ranks;  ///< of the first 64 nodes; the buffer has all
};

enum class GraphError : uint32_t { none = 0, sizes_differ = 1 };

/// Ranks the nodes of a graph by the links that lead to them.
RING_KERNEL(pagerank);
RING_BLOCK(pagerank, ring::any);

RING_ON(pagerank, Graph) {
  const auto offsets = msg.offsets.read(), sources = msg.sources.read();
  const auto degrees = msg.degrees.write();
  const auto shares = msg.shares.write(), ranks = msg.ranks.write();
  const unsigned nodes = ranks.size();
  if (offsets.size() != nodes + 1 || degrees.size() != nodes || shares.size() != nodes) {
    if (ctx.leader()) ctx.report_error(static_cast<uint32_t>(GraphError::sizes_differ));
    return;
  }
  const float count = static_cast<float>(nodes);
  ctx.parallel_for(nodes, [&](unsigned v) {
    degrees[v] = 0;
    ranks[v] = 1.0f / count;
  });
  ctx.histogram(sources.size(), [&](unsigned link) { return sources[link]; }, degrees.data(), nodes);

  Ranks result = {};
  while (result.iterations < msg.max_iterations && !result.converged) {
    // A surfer at a node without links goes anywhere.
    const float lost = ctx.reduce(nodes, 0.0f, [&](unsigned v) {
      shares[v] = degrees[v] == 0 ? 0.0f : ranks[v] / static_cast<float>(degrees[v]);
      return degrees[v] == 0 ? ranks[v] : 0.0f;
    });
    const float base = (1.0f - msg.damping + msg.damping * lost) / count;
    result.change = ctx.reduce(nodes, 0.0f, [&](unsigned v) {
      double sum = 0;  // a node can have millions of links
      for (unsigned link = offsets[v]; link < offsets[v + 1]; ++link) sum += shares[sources[link]];
      const float rank = base + msg.damping * static_cast<float>(sum), change = fabsf(rank - ranks[v]);
      ranks[v] = rank;
      return change;
    });
    result.iterations += 1;
    result.converged = result.change < msg.tolerance;
  }
  for (unsigned v = 0; v < min(nodes, kListed); ++v) result.ranks.push_back(ranks[v]);
  if (ctx.leader()) ctx.reply(result);
}
