/** Where NVIDIA's driver library lies when it is installed. */
export const cudaDriverPaths: readonly string[] = [
  '/usr/lib/x86_64-linux-gnu/libcuda.so.1',
  '/usr/lib/aarch64-linux-gnu/libcuda.so.1',
  '/usr/lib64/libcuda.so.1',
  '/usr/lib/wsl/lib/libcuda.so.1',
  'C:\\Windows\\System32\\nvcuda.dll',
];
