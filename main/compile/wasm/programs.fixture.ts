/** Address of the data that programs work on, behind stack and static data. */
export const DATA = 2097152;

/** Each exported function fills its data, works on it and returns a digest; together they use what handlers use. */
export const PROGRAMS = `
static uint32_t *const data = (uint32_t *)${DATA};
static uint32_t next(uint32_t &seed) { return seed = seed * 1664525u + 1013904223u; }
static void fill(uint32_t n) { uint32_t seed = n; for (uint32_t i = 0; i < n; i++) data[i] = next(seed); }
static uint32_t digest(uint32_t n) { uint32_t h = 2166136261u; for (uint32_t i = 0; i < n; i++) h = (h ^ data[i]) * 16777619u; return h; }

static void quicksort(uint32_t *a, int n) {
  if (n < 12) {
    for (int i = 1; i < n; i++) { uint32_t x = a[i]; int j = i; for (; j > 0 && a[j - 1] > x; j--) a[j] = a[j - 1]; a[j] = x; }
    return;
  }
  uint32_t p = a[n / 2]; int i = 0, j = n - 1;
  for (;;) { while (a[i] < p) i++; while (a[j] > p) j--; if (i >= j) break; uint32_t t = a[i]; a[i++] = a[j]; a[j--] = t; }
  quicksort(a, i); quicksort(a + i, n - i);
}
EXPORT(sort) uint32_t sort(uint32_t n) { fill(n); quicksort(data, n); return digest(n); }

EXPORT(simd) float simd(uint32_t n) {
  float *x = (float *)data; for (uint32_t i = 0; i < n; i++) x[i] = (float)i * 0.5f;
  float sum = 0;
  #pragma clang loop vectorize(enable)
  for (uint32_t i = 0; i < n; i++) {
    #pragma clang fp reassociate(on)
    sum += x[i];
  }
  return sum;
}
typedef int int4 __attribute__((vector_size(16)));
EXPORT(lanes) int lanes(uint32_t n) {
  int4 v = {1, 2, 3, 4}; int4 *p = (int4 *)data;
  for (uint32_t i = 0; i < n; i++) { v = v * 3 + __builtin_shufflevector(v, v, 3, 0, 2, 1); p[i] = v; v[i & 3] ^= (int)i; }
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}
EXPORT(wide) uint32_t wide(uint32_t n) {
  uint64_t h = 0x9e3779b97f4a7c15ull; int64_t s = -1; double d = 1.5;
  for (uint32_t i = 1; i <= n; i++) { h ^= h >> 29; h *= 0xbf58476d1ce4e5b9ull; s = s / 3 + (int64_t)(h % (i * 7919ull)); d = d * 1.0001 + (double)s; s += (int64_t)d; }
  return (uint32_t)(h ^ (h >> 32) ^ (uint64_t)s) + (uint32_t)(float)d;
}
NOINLINE static int step(int op, int x) {
  switch (op) { case 0: return x + 1; case 1: return x * 3; case 2: return x ^ 0x55; case 3: return x >> 1; case 4: return -x; case 5: data[x & 15] += 1; return x; default: return x - 7; }
}
EXPORT(choose) int choose(uint32_t n) { int x = 1; for (uint32_t i = 0; i < n; i++) x = step((i * 5 + (x & 3)) % 9, x); return x; }

EXPORT(blocks) uint32_t blocks(uint32_t n) {
  fill(n); char *bytes = (char *)data;
  for (uint32_t i = 1; i < 9; i++) { __builtin_memcpy(bytes + n * 8, bytes + i, n); __builtin_memset(bytes + i * 16, (int)i, n / i); __builtin_memmove(bytes + 3, bytes, n); }
  return digest(n * 3);
}
EXPORT(atomic) uint32_t atomic(uint32_t n) {
  uint32_t old = 0; uint64_t *w = (uint64_t *)data;
  for (uint32_t i = 0; i < n; i++) {
    __atomic_fetch_add(&data[4], i, __ATOMIC_SEQ_CST); old = data[4]; __atomic_thread_fence(__ATOMIC_SEQ_CST);
    while (!__atomic_compare_exchange_n(&data[5], &old, old + 3, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
    __atomic_fetch_xor(&w[4], i * 3ull, __ATOMIC_RELAXED);
  }
  return data[4] + data[5] + (uint32_t)w[4];
}
NOINLINE static int twice(int x) { return x * 2; }
NOINLINE static int less(int x) { return x - 5; }
NOINLINE static int mix(int x) { int s = x; for (int i = 0; i < (x & 7); i++) s += data[i & 3] + i; return s; }
int (*volatile table[])(int) = {twice, less, mix};
EXPORT(indirect) int indirect(uint32_t n) { int x = 1; for (uint32_t i = 0; i < n; i++) x = table[i % 3](x); return x; }

NOINLINE static uint32_t deep(uint32_t n) { volatile uint32_t frame[20]; frame[n % 20] = n; return n == 0 ? 1 : deep(n - 1) * 3 + frame[n % 20]; }
EXPORT(frames) uint32_t frames(uint32_t n) { return deep(n); }
thread_local uint32_t shared_count = 5;
EXPORT(shared) uint32_t shared(uint32_t n) { for (uint32_t i = 0; i < n; i++) shared_count += i ^ shared_count; return shared_count; }
`;

/** Endless loops of every form: what the optimizer makes of them must have its check. `linesOf` finds the marks. */
export const ENDLESS = `
EXPORT(empty) void empty() {
  for (;;) { // line: empty
  }
}
EXPORT(counting) uint32_t counting(uint32_t n) {
  uint32_t h = 1;
  for (uint32_t i = 0; i != n; i += 2) // line: counting
    h = (h ^ i) * 16777619u; // line: counting
  return h;
}
EXPORT(nested) uint32_t nested(uint32_t n) {
  volatile uint32_t h = 1;
  for (uint32_t i = 0; i < 3; i++) {
    for (uint32_t j = 0; j != n; j += 2) { // line: nested
      h = h * 3; // line: nested
    }
  }
  return h;
}
EXPORT(do_while) void do_while(uint32_t n) {
  volatile uint32_t h = 1;
  do {
    h = h + 2; // line: do_while
  } while (h != n); // line: do_while
}
EXPORT(vectorised) void vectorised(float *a, uint32_t n) {
  for (;;)
    for (uint32_t i = 0; i < n; i++) // line: vectorised
      a[i] = a[i] * 1.5f + 2; // line: vectorised
}
EXPORT(without_effect) uint32_t without_effect() {
  uint32_t h = 1;
  while (h != 0) // line: without_effect
    h = h * 3; // line: without_effect
  return h;
}
static inline void inlined_helper(volatile uint32_t *h) {
  while (*h != 1) { // line: inlined_helper
    *h = 4; // line: inlined_helper
  }
}
EXPORT(inlining) uint32_t inlining() {
  volatile uint32_t h = 0;
  inlined_helper(&h); // line: inlining
  return h;
}
NOINLINE static void called_helper(volatile uint32_t *h) {
  while (*h != 1) // line: called_helper
    *h = 4; // line: called_helper
}
EXPORT(calling) uint32_t calling() {
  volatile uint32_t h = 0;
  called_helper(&h); // line: calling
  return h;
}
`;

export const FAULTS = `
static inline int quotient(int a, int b) {
  return a / b; // line: quotient
}
EXPORT(divide) int divide(int n) {
  int sum = 0;
  for (int i = 3; i >= n; i--) {
    volatile int frame[50];
    frame[i & 31] = i;
    sum += frame[3] +
      quotient(100, i); // line: divide
  }
  return sum;
}
EXPORT(checked) int checked(int n) {
  ring_assert(n > 0); // line: checked
  return n;
}
EXPORT(outside) int outside(int *p) {
  for (int i = 0; i < 5; i++)
    p[i * 3] += 1; // line: outside
  return *p;
}
EXPORT(small) int small(int x) {
  volatile int frame[10];
  frame[x % 10] = x;
  return small(x + 1) + frame[0]; // line: small
}
EXPORT(huge) int huge(int x) {
  volatile char frame[100000];
  for (int i = 0; i < 100000; i++) frame[i] = x;
  return huge(x + 1) + frame[x]; // line: huge
}
EXPORT(wrapping) int wrapping(int x) { // line: wrapping
  volatile char frame[3000000];
  for (int i = 0; i < 3000000; i++) frame[i] = x;
  return frame[x];
}
EXPORT(variable) int variable(int n) {
  volatile char *frame = (volatile char *)__builtin_alloca(n); // line: variable
  for (int i = 0; i < n; i++) frame[i] = n;
  return frame[n / 2];
}
EXPORT(frameless) int frameless(int x) { // line: frameless
  return frameless(x + 1) * 3 + x; // line: frameless's call
}
`;

/** Numbers of the lines of `source` that end with `// line: mark`: a loop's check may carry any line of the loop. */
export function linesOf(source: string, mark: string): number[] {
  const lines = source.split('\n').flatMap((line, index) => (line.endsWith(`// line: ${mark}`) ? [index + 1] : []));
  if (lines.length === 0) throw new Error(`The source has no line marked '${mark}'`);
  return lines;
}
