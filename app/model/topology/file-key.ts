/** Equal for paths that mean one file, also where the system does not tell upper from lower case. */
export function fileKey(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return parts.join('/').toLowerCase();
}
