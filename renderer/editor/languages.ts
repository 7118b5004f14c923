/** What a file's text is, by its name. */
export type LanguageId = 'cuda-cpp' | 'topology-json' | 'markdown' | 'plaintext';

export function languageOf(path: string): LanguageId {
  const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  switch (extension) {
    case 'cu':
    case 'cuh':
    case 'h':
    case 'hpp':
    case 'cpp':
    case 'cc':
    case 'c':
      return 'cuda-cpp';
    case 'json':
    case 'jsonl':
      return 'topology-json';
    case 'md':
      return 'markdown';
    default:
      return 'plaintext';
  }
}
