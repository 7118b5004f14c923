import type { languages } from 'monaco-editor/editor';
import { conf, language } from 'monaco-editor/languages/definitions/cpp/cpp';

/** Read as types though they are keywords of C++: they stand where a type stands. */
const builtInTypes =
  'auto bool char double float int long short signed unsigned void wchar_t size_t char8_t char16_t char32_t'.split(' ');
const notKeywords = new Set(['array', 'cpu', 'amp', 'delegate', 'event', 'final', 'property', 'interface', 'ref']);
const qualifiers = [
  ...['__global__', '__device__', '__host__', '__shared__', '__constant__', '__managed__', '__forceinline__'],
  ...['__noinline__', '__restrict__', '__launch_bounds__', '__align__'],
];

/** Before the rules for words, which would take its prefix. */
const rawString: languages.IMonarchLanguageRule = [
  /@encoding?R"(?:([^ ()\\\t]*))\(/,
  { token: 'string.raw.begin', next: '@raw.$1' },
];

const rules: languages.IMonarchLanguageRule[] = [
  [/RING_[A-Z_]+\b/, 'macro'],
  [/(?:assert|offsetof|NAN|INFINITY|M_[A-Z0-9_]+)\b/, 'macro'],
  [/(?:ctx|msg|state)\b(?!\s*\()/, 'variable.predefined'],
  [/(?:threadIdx|blockIdx|blockDim|gridDim|warpSize)\b/, 'variable.predefined'],
  [/(?:u?(?:char|short|int|longlong)|float|double|long|ulong)[1-4]\b|dim3\b/, 'type'],
  [/(?:ring|std)(?=\s*::)/, 'namespace'],
  [/[a-z]\w*_t\b/, 'type'],
  // Structs are written in PascalCase here as in the samples; k-constants and MACROS are not types.
  [/[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*\b/, 'type'],
  [
    /[a-zA-Z_]\w*(?=\s*\()/,
    {
      cases: {
        '@qualifiers': 'keyword',
        '@builtInTypes': 'type',
        '@keywords': 'keyword',
        '@default': 'function',
      },
    },
  ],
  [
    /[a-zA-Z_]\w*/,
    { cases: { '@qualifiers': 'keyword', '@builtInTypes': 'type', '@keywords': 'keyword', '@default': 'identifier' } },
  ],
];

/** C++ as kernels are written: Monaco's grammar, with CUDA's words and the studio's in front. */
export const cudaLanguage: languages.IMonarchLanguage = {
  ...language,
  tokenPostfix: '',
  keywords: language.keywords.filter((word) => !notKeywords.has(word)).concat('constexpr', 'noexcept', 'nullptr'),
  builtInTypes,
  qualifiers,
  tokenizer: {
    ...language.tokenizer,
    root: [rawString, ...rules, ...(language.tokenizer['root']?.slice(1) ?? [])],
  },
};

export const cudaConfiguration: languages.LanguageConfiguration = {
  ...conf,
  autoClosingPairs: [
    { open: '{', close: '}' },
    { open: '[', close: ']' },
    { open: '(', close: ')' },
    { open: '"', close: '"', notIn: ['string', 'comment'] },
    { open: "'", close: "'", notIn: ['string', 'comment'] },
    { open: '/*', close: ' */', notIn: ['string'] },
  ],
  indentationRules: {
    increaseIndentPattern: /^.*\{[^}"']*$/,
    decreaseIndentPattern: /^\s*\}.*$/,
  },
};

/** JSON with comments, as the topology file allows. */
export const jsonLanguage: languages.IMonarchLanguage = {
  defaultToken: '',
  tokenPostfix: '',
  brackets: [
    { open: '{', close: '}', token: 'delimiter.curly' },
    { open: '[', close: ']', token: 'delimiter.square' },
  ],
  tokenizer: {
    root: [
      [/\s+/, ''],
      [/\/\/.*$/, 'comment'],
      [/\/\*/, 'comment', '@comment'],
      [/"(?:[^"\\]|\\.)*"(?=\s*:)/, 'type'],
      [/"(?:[^"\\]|\\.)*"/, 'string'],
      [/"(?:[^"\\]|\\.)*$/, 'string.invalid'],
      [/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/, 'number'],
      [/(?:true|false|null)\b/, 'keyword'],
      [/[{}[\]]/, '@brackets'],
      [/[,:]/, 'delimiter'],
    ],
    comment: [
      [/[^/*]+/, 'comment'],
      [/\*\//, 'comment', '@pop'],
      [/[/*]/, 'comment'],
    ],
  },
};

export const jsonConfiguration: languages.LanguageConfiguration = {
  comments: { lineComment: '//', blockComment: ['/*', '*/'] },
  brackets: [
    ['{', '}'],
    ['[', ']'],
  ],
  autoClosingPairs: [
    { open: '{', close: '}', notIn: ['string'] },
    { open: '[', close: ']', notIn: ['string'] },
    { open: '"', close: '"', notIn: ['string'] },
  ],
  indentationRules: { increaseIndentPattern: /^.*[{[][^}\]"]*$/, decreaseIndentPattern: /^\s*[}\]].*$/ },
};
