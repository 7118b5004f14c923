/**
 * The package for Python with an NVRTC that a driver of this CUDA version (1000 × major + 10 × minor) loads the code of: one
 * of another major release it does not. Undefined where there is none.
 */
export function nvrtcPackage(driverVersion: number): string | undefined {
  const major = Math.floor(driverVersion / 1000);
  if (major < 11) return undefined;
  return major < 13 ? `nvidia-cuda-nvrtc-cu${major}` : 'nvidia-cuda-nvrtc';
}
