// Text and lists: counts the words of the lines it gets, in a hash table that is its state, and answers with the most
// frequent ones.
#include <ring_kernel.cuh>

constexpr unsigned kWordBytes = 28;                 // longer words are counted by their first bytes
constexpr unsigned kTableSize = 1024;               // a power of two
constexpr unsigned kMaxWords = kTableSize * 3 / 4;  // fuller tables probe for long
constexpr unsigned kTopWords = 16;

using Word = ring::text<kWordBytes>;

/// One line of UTF-8 text.
struct Line {
  ring::text<240> text;
};

/// Asks for the most frequent words.
struct TopRequest {
  uint32_t limit = 5;  ///< at most 16
};

struct WordCount {
  Word word;
  uint32_t count;
};

/// The answer: by falling count, words of equal count in the order of their bytes.
struct TopReply {
  ring::list<WordCount, kTopWords> words;
  uint32_t distinct;  ///< different words so far
  uint64_t total;     ///< words so far, repetitions included
};

struct CountState {
  WordCount table[kTableSize];  ///< open addressing; a count of 0 is an empty slot
  uint32_t distinct;
  uint64_t total;
};

enum class CountError : uint32_t { none = 0, table_full = 1 };

/// Letters and digits of ASCII, and every byte of a longer UTF-8 sequence.
__device__ inline bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & 0x80) != 0;
}

__device__ inline char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

/// 32-bit FNV-1a.
__device__ inline uint32_t hash_of(const Word& word) {
  uint32_t hash = 2166136261u;
  for (char c : word) hash = (hash ^ static_cast<uint8_t>(c)) * 16777619u;
  return hash;
}

/// False when the table takes no more words.
__device__ inline bool count_word(CountState& state, const Word& word) {
  state.total += 1;
  for (uint32_t i = hash_of(word);; ++i) {
    WordCount& entry = state.table[i & (kTableSize - 1)];
    if (entry.count == 0) {
      if (state.distinct == kMaxWords) return false;
      entry.word = word;
      state.distinct += 1;
    } else if (entry.word != word) {
      continue;
    }
    entry.count += 1;
    return true;
  }
}

__device__ inline bool is_less(const Word& a, const Word& b) {
  const unsigned common = min(a.size(), b.size());
  for (unsigned i = 0; i < common; ++i)
    if (a[i] != b[i]) return static_cast<uint8_t>(a[i]) < static_cast<uint8_t>(b[i]);
  return a.size() < b.size();
}

/// The order of the answer; total, because no word is in the table twice.
__device__ inline bool comes_before(const WordCount& a, const WordCount& b) {
  return a.count != b.count ? a.count > b.count : is_less(a.word, b.word);
}

/// Counts words.
RING_KERNEL(word_count, CountState);

RING_ON(word_count, Line) {
  Word word;
  for (unsigned i = 0; i <= msg.text.size(); ++i) {
    const bool is_inside = i < msg.text.size() && is_word_byte(msg.text[i]);
    if (is_inside) {
      word.push_back(to_lower(msg.text[i]));  // false when it is full: the rest of a long word is left out
    } else if (!word.empty()) {
      if (!count_word(state, word)) ctx.report_error(static_cast<uint32_t>(CountError::table_full));
      word.clear();
    }
  }
}

RING_ON(word_count, TopRequest) {
  TopReply reply;
  reply.distinct = state.distinct;
  reply.total = state.total;
  // Each round takes the first entry behind the one taken before: no copy of the table, nothing to sort.
  const WordCount* last = nullptr;
#pragma unroll 1  // a GPU would keep the whole reply in registers, and more than it has
  for (unsigned round = 0; round < min(msg.limit, kTopWords); ++round) {
    const WordCount* best = nullptr;
    for (const WordCount& entry : state.table) {
      if (entry.count == 0 || (last != nullptr && !comes_before(*last, entry))) continue;
      if (best == nullptr || comes_before(entry, *best)) best = &entry;
    }
    if (best == nullptr) break;
    reply.words.push_back(*best);
    last = best;
  }
  ctx.reply(reply);
}
