// The classes __half and __half2, or __nv_bfloat16 and __nv_bfloat162: included once for each by cuda_fp16.h and
// cuda_bf16.h, which define
//   RING_SMALL, RING_SMALL2    the classes
//   RING_SMALL_RAW, …2_RAW     CUDA's structs of their bits
//   RING_SMALL_FORMAT          ring::detail::half_format, say
//   RING_SMALL_NAME(a, b)      a##half##b
//   RING_SMALL_OTHER           the other class, from which there is an explicit conversion

struct alignas(2) RING_SMALL_RAW {
  unsigned short x;
};
struct alignas(4) RING_SMALL2_RAW {
  unsigned short x, y;
};

struct alignas(2) RING_SMALL {
 protected:
  unsigned short __x;

 public:
  RING_SMALL() = default;
  constexpr RING_SMALL(const RING_SMALL_RAW& raw) : __x(raw.x) {}
  explicit RING_SMALL(RING_SMALL_OTHER value);
  RING_SMALL(float value) : __x(narrow(static_cast<double>(value))) {}
  RING_SMALL(double value) : __x(narrow(value)) {}
  RING_SMALL& operator=(const RING_SMALL_RAW& raw) { return __x = raw.x, *this; }
  volatile RING_SMALL& operator=(const RING_SMALL_RAW& raw) volatile { return __x = raw.x, *this; }
  RING_SMALL& operator=(float value) { return *this = RING_SMALL(value); }
  RING_SMALL& operator=(double value) { return *this = RING_SMALL(value); }
  operator RING_SMALL_RAW() const { return {__x}; }
  operator RING_SMALL_RAW() const volatile { return {__x}; }
  operator float() const { return ::ring::detail::from_small(RING_SMALL_FORMAT(), __x); }
  constexpr operator bool() const { return (__x & 0x7fff) != 0; }

#define RING_SMALL_FROM(integer_) \
  RING_SMALL(integer_ value)      \
      : __x(::ring::detail::integer_to_small<RING_SMALL_FORMAT, ::ring::detail::rounding::nearest>(value)) {}
#define RING_SMALL_ASSIGNED(integer_) \
  RING_SMALL& operator=(integer_ value) { return *this = RING_SMALL(value); }
#define RING_SMALL_TO(integer_)                                                                             \
  operator integer_() const {                                                                               \
    return ::ring::detail::to_integer<::ring::detail::rounding::zero, integer_>(static_cast<float>(*this)); \
  }
  RING_SMALL_FROM(short)
  RING_SMALL_FROM(unsigned short)
  RING_SMALL_FROM(int)
  RING_SMALL_FROM(unsigned)
  RING_SMALL_FROM(long)
  RING_SMALL_FROM(unsigned long)
  RING_SMALL_FROM(long long)
  RING_SMALL_FROM(unsigned long long)
  RING_SMALL_ASSIGNED(short)
  RING_SMALL_ASSIGNED(unsigned short)
  RING_SMALL_ASSIGNED(int)
  RING_SMALL_ASSIGNED(unsigned)
  RING_SMALL_ASSIGNED(long long)
  RING_SMALL_ASSIGNED(unsigned long long)
  RING_SMALL_TO(char)
  RING_SMALL_TO(signed char)
  RING_SMALL_TO(unsigned char)
  RING_SMALL_TO(short)
  RING_SMALL_TO(unsigned short)
  RING_SMALL_TO(int)
  RING_SMALL_TO(unsigned)
  RING_SMALL_TO(long)
  RING_SMALL_TO(unsigned long)
  RING_SMALL_TO(long long)
  RING_SMALL_TO(unsigned long long)
#undef RING_SMALL_FROM
#undef RING_SMALL_ASSIGNED
#undef RING_SMALL_TO

 private:
  static unsigned short narrow(double value) {
    return ::ring::detail::to_small<RING_SMALL_FORMAT, ::ring::detail::rounding::nearest>(value);
  }
};

struct alignas(4) RING_SMALL2 {
  RING_SMALL x, y;

  RING_SMALL2() = default;
  RING_SMALL2(const RING_SMALL2&) = default;
  RING_SMALL2& operator=(const RING_SMALL2&) = default;
  constexpr RING_SMALL2(const RING_SMALL& a, const RING_SMALL& b) : x(a), y(b) {}
  RING_SMALL2(const RING_SMALL2_RAW& raw) : x(RING_SMALL_RAW{raw.x}), y(RING_SMALL_RAW{raw.y}) {}
  RING_SMALL2& operator=(const RING_SMALL2_RAW& raw) { return *this = RING_SMALL2(raw); }
  operator RING_SMALL2_RAW() const { return {RING_SMALL_RAW(x).x, RING_SMALL_RAW(y).x}; }
};

static_assert(sizeof(RING_SMALL) == 2 && sizeof(RING_SMALL2) == 4 && alignof(RING_SMALL2) == 4);
