// <assert.h> for NVRTC, which has assert built in. May be included again.
#ifdef NDEBUG
#undef assert
#define assert(expression) static_cast<void>(0)
#endif
