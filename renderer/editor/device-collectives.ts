type Row = readonly [name: string, signature: string, doc: string, snippet: string];

/** Members of `ctx` that all threads of a block call together. Checked against ring_collectives.cuh by a test. */
export const collectives: readonly Row[] = [
  [
    'parallel_for',
    'void parallel_for(unsigned n, f)',
    'Calls `f(i)` once for each `i` from 0 to n − 1, by all threads of the block, which call it together. Begins and ends ' +
      'with a barrier of the block.',
    'parallel_for(${1:n}, [&](unsigned i) { $0 })',
  ],
  [
    'reduce',
    'T reduce(unsigned n, T init, f, op = ring::plus{})',
    '`init op f(0) op … op f(n − 1)` in every thread of the block, which call it together. `op` is associative and commutative; ' +
      'the last bits of sums of floats depend on the width of the block.',
    'reduce(${1:n}, ${2:0.0f}, [&](unsigned i) { return $0; })',
  ],
  [
    'scan',
    'T scan(unsigned n, T init, f, put, op = ring::plus{})',
    'Calls `put(i, init op f(0) op … op f(i))` once for each `i`; gives the last sum to every thread of the block, which call ' +
      'it together.',
    'scan(${1:n}, ${2:0u}, [&](unsigned i) { return $3; }, [&](unsigned i, auto sum) { $0 })',
  ],
  [
    'exclusive_scan',
    'T exclusive_scan(unsigned n, T init, f, put, op = ring::plus{})',
    'Like `scan`, without the element itself: `put(i, init op f(0) op … op f(i − 1))`. Gives the sum of all.',
    'exclusive_scan(${1:n}, ${2:0u}, [&](unsigned i) { return $3; }, [&](unsigned i, auto sum) { $0 })',
  ],
  [
    'sort',
    'void sort(T* data, unsigned n, less = <)',
    'Sorts n elements in place by all threads of the block, which call it together. Not stable.',
    'sort(${1:data}, ${2:n})',
  ],
  [
    'histogram',
    'unsigned histogram(unsigned n, f, unsigned* counts, unsigned bins)',
    'Adds 1 to `counts[f(i)]` for each `i`, by all threads of the block, which call it together. Gives the number of those ' +
      'that were left out, because they were `bins` or more.',
    'histogram(${1:n}, [&](unsigned i) { return $2; }, ${3:counts}, ${4:bins})',
  ],
];

/** What of namespace ring goes with them. */
export const collectiveNames: readonly Row[] = [
  ['plus', 'struct ring::plus', 'An operation of `ctx.reduce` and `ctx.scan`: `a + b`.', 'plus{}'],
  ['minimum', 'struct ring::minimum', 'An operation of `ctx.reduce` and `ctx.scan`: the smaller one.', 'minimum{}'],
  ['maximum', 'struct ring::maximum', 'An operation of `ctx.reduce` and `ctx.scan`: the larger one.', 'maximum{}'],
  [
    'philox',
    'uint4 ring::philox(unsigned long long counter, unsigned long long key)',
    '128 random bits for each counter and key (Philox 4x32-10): the same whoever draws them.',
    'philox(${1:counter}, ${2:key})',
  ],
];
