// CUDA's math functions that C has not.
#include <ring_kernel.cuh>

struct Ask {
  double one;
};
struct Values {
  double inverses[8];
  double scaled[4];
  double normal[5];
  double bessel[8];
  double bessel_of_c[6];
  double norms[8];
  double turns[8];
  double limits[10];
  float floats[8];
  bool are_nan[9];
};

RING_KERNEL(special_functions);
// clang-format off
RING_ON(special_functions, Ask) {
  const double one = msg.one;
  const float f = static_cast<float>(one);
  double s, c;
  sincospi(one / 6, &s, &c);
  const double coordinates[] = {2e200 * one, 3e200, 6e200}, tiny[] = {3e-200 * one, 4e-200};
  ctx.reply(Values{
    {erfinv(0.25 * one), erfinv(-0.75 * one), erfinv(0.999 * one), erfcinv(1e-10 * one), erfcinv(1.25 * one), erfcinv(0.5 * one), rcbrt(20 * one), erfinv(0.5 * one)},
    {erfcx(-1.5 * one), erfcx(0.5 * one), erfcx(3 * one), erfcx(12.5 * one)},
    {normcdf(-10 * one), normcdf(-1 * one), normcdf(0.5 * one), normcdfinv(1e-12 * one), normcdfinv(0.975 * one)},
    {cyl_bessel_i0(0.5 * one), cyl_bessel_i0(-3 * one), cyl_bessel_i0(25 * one), cyl_bessel_i0(100 * one),
     cyl_bessel_i1(0.5 * one), cyl_bessel_i1(-3 * one), cyl_bessel_i1(25 * one), cyl_bessel_i1(100 * one)},
    {j0(one), j1(one), jn(2, one), y0(one), y1(one), yn(2, one)},
    {norm3d(3 * one, 4.0, 12.0), norm4d(1 * one, 2.0, 4.0, 10.0), rnorm3d(3 * one, 4.0, 12.0), rhypot(3e200 * one, 4e200),
     norm(3, coordinates), norm(2, tiny), rnorm(3, coordinates), norm3d(static_cast<double>(INFINITY), static_cast<double>(NAN), one)},
    {sinpi(one), cospi(one), sinpi(one / 2), cospi(one / 2), sinpi(1e15 * one + 0.5), cospi(-2.25 * one), s, c},
    {erfinv(one), erfinv(-one), erfcinv(2 * one), erfcinv(0 * one), normcdf(static_cast<double>(-INFINITY)), erfcx(1e300 * one), normcdfinv(0.5 * one),
     scalbln(one, 10l), exp10(2 * one), fdivide(one, 4)},
    {erfinv(0.25f * f), normcdff(-10 * f), sinpif(0.5f * f), rcbrtf(8 * f), cyl_bessel_i0f(0.5f * f), norm3df(3 * f, 4, 12), exp10(-f), j0f(f)},
    {isnan(erfinv(2 * one)), isnan(erfcinv(-one)), isnan(sinpi(static_cast<double>(INFINITY))), isnan(nan("1")), isnan(nanf("")), isnan(erfcx(static_cast<double>(NAN))),
     isnan(norm3d(static_cast<double>(NAN), one, 0.0)), isnan(norm4d(one, static_cast<double>(NAN), one, 2.0)), isnan(rnorm3d(one, 0.0, static_cast<double>(NAN)))}});
}
// clang-format on
