// Arithmetic, comparison and atomics of a small float: see cuda_small_float_types.h.

namespace ring::detail {
inline double value_of(RING_SMALL x) { return static_cast<double>(static_cast<float>(x)); }
inline RING_SMALL saturated(RING_SMALL x) {
  const double value = value_of(x);
  return RING_SMALL(value > 0 ? (value < 1 ? value : 1.0) : 0.0);
}
/// NaN stays.
inline RING_SMALL not_negative(RING_SMALL x) {
  const double value = value_of(x);
  return value <= 0 ? RING_SMALL(0.0) : x;
}
}  // namespace ring::detail

#define RING_SMALL_2(name_, expression_)                                           \
  inline RING_SMALL name_(RING_SMALL a, RING_SMALL b) {                            \
    const double x = ::ring::detail::value_of(a), y = ::ring::detail::value_of(b); \
    return expression_;                                                            \
  }
#define RING_SMALL_PAIR_OF_2(name_, of_one_) \
  inline RING_SMALL2 name_(RING_SMALL2 a, RING_SMALL2 b) { return {of_one_(a.x, b.x), of_one_(a.y, b.y)}; }
#define RING_SMALL_OPERATION(name_, operator_)                                         \
  RING_SMALL_2(__h##name_, x operator_ y)                                              \
  RING_SMALL_2(__h##name_##_rn, x operator_ y)                                         \
  RING_SMALL_2(__h##name_##_sat, ::ring::detail::saturated(RING_SMALL(x operator_ y))) \
  RING_SMALL_PAIR_OF_2(__h##name_##2, __h##name_)                                      \
  RING_SMALL_PAIR_OF_2(__h##name_##2_rn, __h##name_)                                   \
  RING_SMALL_PAIR_OF_2(__h##name_##2_sat, __h##name_##_sat)
RING_SMALL_OPERATION(add, +)
RING_SMALL_OPERATION(sub, -)
RING_SMALL_OPERATION(mul, *)
#undef RING_SMALL_OPERATION
RING_SMALL_2(__hdiv, x / y)
RING_SMALL_PAIR_OF_2(__h2div, __hdiv)

inline RING_SMALL __hfma(RING_SMALL a, RING_SMALL b, RING_SMALL c) {
  using ::ring::detail::value_of;
  return ::ring::detail::multiply_add_to_odd(value_of(a), value_of(b), value_of(c));
}
inline RING_SMALL __hfma_sat(RING_SMALL a, RING_SMALL b, RING_SMALL c) {
  return ::ring::detail::saturated(__hfma(a, b, c));
}
inline RING_SMALL __hfma_relu(RING_SMALL a, RING_SMALL b, RING_SMALL c) {
  return ::ring::detail::not_negative(__hfma(a, b, c));
}
#define RING_SMALL_PAIR_OF_3(name_, of_one_)                              \
  inline RING_SMALL2 name_(RING_SMALL2 a, RING_SMALL2 b, RING_SMALL2 c) { \
    return {of_one_(a.x, b.x, c.x), of_one_(a.y, b.y, c.y)};              \
  }
RING_SMALL_PAIR_OF_3(__hfma2, __hfma)
RING_SMALL_PAIR_OF_3(__hfma2_sat, __hfma_sat)
RING_SMALL_PAIR_OF_3(__hfma2_relu, __hfma_relu)
#undef RING_SMALL_PAIR_OF_3

inline RING_SMALL __hneg(RING_SMALL a) {
  return RING_SMALL_RAW{static_cast<unsigned short>(RING_SMALL_RAW(a).x ^ 0x8000)};
}
inline RING_SMALL __habs(RING_SMALL a) {
  return RING_SMALL_RAW{static_cast<unsigned short>(RING_SMALL_RAW(a).x & 0x7fff)};
}
inline RING_SMALL2 __hneg2(RING_SMALL2 a) { return {__hneg(a.x), __hneg(a.y)}; }
inline RING_SMALL2 __habs2(RING_SMALL2 a) { return {__habs(a.x), __habs(a.y)}; }
/// a b + c of complex numbers.
inline RING_SMALL2 __hcmadd(RING_SMALL2 a, RING_SMALL2 b, RING_SMALL2 c) {
  return {__hfma(__hneg(a.y), b.y, __hfma(a.x, b.x, c.x)), __hfma(a.y, b.x, __hfma(a.x, b.y, c.y))};
}

inline bool __hisnan(RING_SMALL a) { return ::ring::detail::value_of(a) != ::ring::detail::value_of(a); }
inline int __hisinf(RING_SMALL a) {
  const double value = ::ring::detail::value_of(a);
  return __builtin_isinf(value) ? (value > 0 ? 1 : -1) : 0;
}
inline RING_SMALL2 __hisnan2(RING_SMALL2 a) { return {__hisnan(a.x) ? 1.0f : 0.0f, __hisnan(a.y) ? 1.0f : 0.0f}; }

// The minimum of NaN and a number is the number; of two NaN, or of any in the forms with _nan, the canonical one.
#define RING_SMALL_NAN (RING_SMALL(RING_SMALL_RAW{::ring::detail::small_nan}))
RING_SMALL_2(__hmin, x != x && y != y ? RING_SMALL_NAN : ::ring::detail::small_min(a, b, x, y))
RING_SMALL_2(__hmax, x != x && y != y ? RING_SMALL_NAN : ::ring::detail::small_max(a, b, x, y))
RING_SMALL_2(__hmin_nan, x != x || y != y ? RING_SMALL_NAN : ::ring::detail::small_min(a, b, x, y))
RING_SMALL_2(__hmax_nan, x != x || y != y ? RING_SMALL_NAN : ::ring::detail::small_max(a, b, x, y))
#undef RING_SMALL_NAN
#undef RING_SMALL_2
RING_SMALL_PAIR_OF_2(__hmin2, __hmin)
RING_SMALL_PAIR_OF_2(__hmax2, __hmax)
RING_SMALL_PAIR_OF_2(__hmin2_nan, __hmin_nan)
RING_SMALL_PAIR_OF_2(__hmax2_nan, __hmax_nan)
#undef RING_SMALL_PAIR_OF_2

// Of NaN, the plain comparisons are false, ne too; those with u are true.
#define RING_SMALL_COMPARISON(name_, expression_)                                           \
  inline bool __h##name_(RING_SMALL a, RING_SMALL b) {                                      \
    const double x = ::ring::detail::value_of(a), y = ::ring::detail::value_of(b);          \
    return expression_;                                                                     \
  }                                                                                         \
  inline RING_SMALL2 __h##name_##2(RING_SMALL2 a, RING_SMALL2 b) {                          \
    return {__h##name_(a.x, b.x) ? 1.0f : 0.0f, __h##name_(a.y, b.y) ? 1.0f : 0.0f};        \
  }                                                                                         \
  inline unsigned __h##name_##2_mask(RING_SMALL2 a, RING_SMALL2 b) {                        \
    return (__h##name_(a.x, b.x) ? 0xffffu : 0) | (__h##name_(a.y, b.y) ? 0xffff0000u : 0); \
  }                                                                                         \
  inline bool __hb##name_##2(RING_SMALL2 a, RING_SMALL2 b) { return __h##name_(a.x, b.x) && __h##name_(a.y, b.y); }
RING_SMALL_COMPARISON(eq, x == y)
RING_SMALL_COMPARISON(ne, x<y || x> y)
RING_SMALL_COMPARISON(lt, x < y)
RING_SMALL_COMPARISON(le, x <= y)
RING_SMALL_COMPARISON(gt, x > y)
RING_SMALL_COMPARISON(ge, x >= y)
RING_SMALL_COMPARISON(equ, !(x < y || x > y))
RING_SMALL_COMPARISON(neu, x != y)
RING_SMALL_COMPARISON(ltu, !(x >= y))
RING_SMALL_COMPARISON(leu, !(x > y))
RING_SMALL_COMPARISON(gtu, !(x <= y))
RING_SMALL_COMPARISON(geu, !(x < y))
#undef RING_SMALL_COMPARISON

#define RING_SMALL_OPERATOR(operator_, type_, of_)                                      \
  inline type_ operator operator_(const type_& a, const type_& b) { return of_(a, b); } \
  inline type_& operator operator_## = (type_ & a, const type_& b) { return a = of_(a, b); }
RING_SMALL_OPERATOR(+, RING_SMALL, __hadd)
RING_SMALL_OPERATOR(-, RING_SMALL, __hsub)
RING_SMALL_OPERATOR(*, RING_SMALL, __hmul)
RING_SMALL_OPERATOR(/, RING_SMALL, __hdiv)
RING_SMALL_OPERATOR(+, RING_SMALL2, __hadd2)
RING_SMALL_OPERATOR(-, RING_SMALL2, __hsub2)
RING_SMALL_OPERATOR(*, RING_SMALL2, __hmul2)
RING_SMALL_OPERATOR(/, RING_SMALL2, __h2div)
#undef RING_SMALL_OPERATOR
#define RING_SMALL_STEPS(type_, one_)                      \
  inline type_ operator+(const type_& a) { return a; }     \
  inline type_& operator++(type_& a) { return a += one_; } \
  inline type_& operator--(type_& a) { return a -= one_; } \
  inline type_ operator++(type_& a, int) {                 \
    const type_ old = a;                                   \
    return ++a, old;                                       \
  }                                                        \
  inline type_ operator--(type_& a, int) {                 \
    const type_ old = a;                                   \
    return --a, old;                                       \
  }
RING_SMALL_STEPS(RING_SMALL, RING_SMALL(1.0f))
RING_SMALL_STEPS(RING_SMALL2, RING_SMALL2(1.0f, 1.0f))
#undef RING_SMALL_STEPS
inline RING_SMALL operator-(const RING_SMALL& a) { return __hneg(a); }
inline RING_SMALL2 operator-(const RING_SMALL2& a) { return __hneg2(a); }
// Of pairs: of both.
#define RING_SMALL_COMPARED(operator_, name_)                                                           \
  inline bool operator operator_(const RING_SMALL& a, const RING_SMALL& b) { return __h##name_(a, b); } \
  inline bool operator operator_(const RING_SMALL2& a, const RING_SMALL2& b) { return __hb##name_##2(a, b); }
RING_SMALL_COMPARED(==, eq)
RING_SMALL_COMPARED(!=, neu)
RING_SMALL_COMPARED(<, lt)
RING_SMALL_COMPARED(<=, le)
RING_SMALL_COMPARED(>, gt)
RING_SMALL_COMPARED(>=, ge)
#undef RING_SMALL_COMPARED

inline RING_SMALL atomicAdd(RING_SMALL* p, RING_SMALL v) {
  return ::ring::detail::atomic_update(p, [v](RING_SMALL old) { return __hadd(old, v); });
}
/// Each half is atomic, as in CUDA; here both together.
inline RING_SMALL2 atomicAdd(RING_SMALL2* p, RING_SMALL2 v) {
  return ::ring::detail::atomic_update(p, [v](RING_SMALL2 old) { return __hadd2(old, v); });
}
