// Conversions of a small float: see cuda_small_float_types.h.

#define RING_SMALL_FROM_BITS(name_, bits_) \
  inline RING_SMALL name_(bits_ x) { return RING_SMALL_RAW{static_cast<unsigned short>(x)}; }
RING_SMALL_FROM_BITS(RING_SMALL_NAME(__ushort_as_, ), unsigned short)
RING_SMALL_FROM_BITS(RING_SMALL_NAME(__short_as_, ), short)
#undef RING_SMALL_FROM_BITS
inline unsigned short RING_SMALL_NAME(__, _as_ushort)(RING_SMALL a) { return RING_SMALL_RAW(a).x; }
inline short RING_SMALL_NAME(__, _as_short)(RING_SMALL a) { return static_cast<short>(RING_SMALL_RAW(a).x); }

#define RING_SMALL_ROUNDED(suffix_, mode_)                                                             \
  inline RING_SMALL RING_SMALL_NAME(__float2, suffix_)(float x) {                                      \
    return RING_SMALL_RAW{::ring::detail::to_small<RING_SMALL_FORMAT, mode_>(static_cast<double>(x))}; \
  }                                                                                                    \
  RING_SMALL_INTEGER(int, int, suffix_, mode_)                                                         \
  RING_SMALL_INTEGER(uint, unsigned, suffix_, mode_)                                                   \
  RING_SMALL_INTEGER(short, short, suffix_, mode_)                                                     \
  RING_SMALL_INTEGER(ushort, unsigned short, suffix_, mode_)                                           \
  RING_SMALL_INTEGER(ll, long long, suffix_, mode_)                                                    \
  RING_SMALL_INTEGER(ull, unsigned long long, suffix_, mode_)
#define RING_SMALL_INTEGER(name_, type_, suffix_, mode_)                                  \
  inline RING_SMALL RING_SMALL_NAME(__##name_##2, suffix_)(type_ x) {                     \
    return RING_SMALL_RAW{::ring::detail::integer_to_small<RING_SMALL_FORMAT, mode_>(x)}; \
  }                                                                                       \
  RING_SMALL_TO_INTEGER(name_, type_, suffix_, mode_)
#define RING_SMALL_TO_INTEGER(name_, type_, suffix_, mode_)                 \
  inline type_ RING_SMALL_NAME(__, 2##name_##suffix_)(RING_SMALL x) {       \
    return ::ring::detail::to_integer<mode_, type_>(static_cast<float>(x)); \
  }
RING_SMALL_ROUNDED(_rn, ::ring::detail::rounding::nearest)
RING_SMALL_ROUNDED(_rz, ::ring::detail::rounding::zero)
RING_SMALL_ROUNDED(_rd, ::ring::detail::rounding::down)
RING_SMALL_ROUNDED(_ru, ::ring::detail::rounding::up)
RING_SMALL_TO_INTEGER(char, signed char, _rz, ::ring::detail::rounding::zero)
RING_SMALL_TO_INTEGER(uchar, unsigned char, _rz, ::ring::detail::rounding::zero)
#undef RING_SMALL_ROUNDED
#undef RING_SMALL_INTEGER
#undef RING_SMALL_TO_INTEGER

inline RING_SMALL RING_SMALL_NAME(__float2, )(float x) { return x; }
inline RING_SMALL RING_SMALL_NAME(__double2, )(double x) { return x; }
inline float RING_SMALL_NAME(__, 2float)(RING_SMALL x) { return x; }

// Pairs: x is the low half of the word.
inline RING_SMALL2 RING_SMALL_NAME(make_, 2)(RING_SMALL x, RING_SMALL y) { return {x, y}; }
inline RING_SMALL2 RING_SMALL_HALVES(RING_SMALL a, RING_SMALL b) { return {a, b}; }
inline RING_SMALL2 RING_SMALL_TWICE(RING_SMALL a) { return {a, a}; }
inline RING_SMALL2 RING_SMALL_NAME(__float2, 2_rn)(float a) { return {a, a}; }
inline RING_SMALL2 RING_SMALL_NAME(__floats2, 2_rn)(float a, float b) { return {a, b}; }
inline RING_SMALL2 RING_SMALL_NAME(__float22, 2_rn)(float2 a) { return {a.x, a.y}; }
inline float2 RING_SMALL_NAME(__, 22float2)(RING_SMALL2 a) { return {a.x, a.y}; }
inline float __low2float(RING_SMALL2 a) { return a.x; }
inline float __high2float(RING_SMALL2 a) { return a.y; }
inline RING_SMALL RING_SMALL_NAME(__low2, )(RING_SMALL2 a) { return a.x; }
inline RING_SMALL RING_SMALL_NAME(__high2, )(RING_SMALL2 a) { return a.y; }
inline RING_SMALL2 RING_SMALL_NAME(__low2, 2)(RING_SMALL2 a) { return {a.x, a.x}; }
inline RING_SMALL2 RING_SMALL_NAME(__high2, 2)(RING_SMALL2 a) { return {a.y, a.y}; }
inline RING_SMALL2 RING_SMALL_NAME(__lows2, 2)(RING_SMALL2 a, RING_SMALL2 b) { return {a.x, b.x}; }
inline RING_SMALL2 RING_SMALL_NAME(__highs2, 2)(RING_SMALL2 a, RING_SMALL2 b) { return {a.y, b.y}; }
inline RING_SMALL2 __lowhigh2highlow(RING_SMALL2 a) { return {a.y, a.x}; }
