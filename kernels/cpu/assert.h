// assert() for actors: a failed one fails the actor, with the expression and its line. May be included again (NDEBUG).
#undef assert
#ifdef NDEBUG
#define assert(expression) static_cast<void>(0)
#else
#define assert(expression) \
  ((expression) ? static_cast<void>(0) : ::ring::detail::assertion_failed(#expression, __FILE__, __LINE__))
#endif
