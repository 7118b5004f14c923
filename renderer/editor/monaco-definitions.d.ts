declare module 'monaco-editor/languages/definitions/cpp/cpp' {
  import type { languages } from 'monaco-editor/editor';

  export const conf: languages.LanguageConfiguration;
  export const language: languages.IMonarchLanguage & {
    readonly keywords: readonly string[];
    readonly tokenizer: Record<string, languages.IMonarchLanguageRule[]>;
  };
}
