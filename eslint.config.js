import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const tests = '**/*.test.{ts,tsx}';
const testsAndFakes = [tests, 'app/testing/**'];

/** Many positional parameters are mixed up silently; the names of an object's properties are not. */
const fewParameters = {
  selector: ':matches(FunctionDeclaration, FunctionExpression, ArrowFunctionExpression)[params.length>3]',
  message: 'At most 3 positional parameters: pass one object with named properties instead.',
};
const exitCode = {
  selector: "CallExpression[callee.object.name='process'][callee.property.name='exit']",
  message: 'Set process.exitCode and let the process end: exit() cuts off output that is still being written.',
};
const blockingWait = {
  selector: "CallExpression[callee.object.name='Atomics'][callee.property.name='wait']",
  message: "Atomics.wait blocks the host's event loop: use Atomics.waitAsync, or move this into a *.worker.ts.",
};
const moduleMock = {
  selector: "CallExpression[callee.object.name='vi'][callee.property.name=/^(mock|doMock)$/]",
  message: 'Pass a fake that implements the real interface: mocked modules test the mock.',
};
const ambientTime = {
  selector: "NewExpression[callee.name='Date'][arguments.length=0]",
  message: 'Take the time from a Clock parameter, so that tests are exact.',
};

/** @param {string} what */
const throughPort = (what) => `Not in app/: take ${what} as a port from the caller, so that tests are exact.`;
const appGlobals = [
  ...['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate'].map((name) => ({
    name,
    message: throughPort('a timer'),
  })),
  { name: 'performance', message: throughPort('a Clock') },
  { name: 'crypto', message: throughPort('randomness') },
  ...['process', 'Buffer', 'global', '__dirname', '__filename', 'require'].map((name) => ({
    name,
    message: throughPort("what Node's global gives"),
  })),
  ...['window', 'document', 'navigator', 'localStorage', 'fetch', 'Worker'].map((name) => ({
    name,
    message: throughPort("what the browser's global gives"),
  })),
  { name: 'console', message: 'Not in app/: return it, raise an event, or take a log port.' },
];
const ambientProperties = [
  { object: 'Date', property: 'now', message: throughPort('a Clock') },
  { object: 'Math', property: 'random', message: throughPort('a seeded random') },
];

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', 'node_modules/', 'native/build/', '**/*.d.ts']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,tsx,mjs,cjs,js}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      'no-param-reassign': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        {
          allowDefaultCaseForExhaustiveSwitch: true,
          considerDefaultExhaustiveForUnions: false,
          requireDefaultForNonUnion: true,
        },
      ],
      '@typescript-eslint/no-floating-promises': ['error', { checkThenables: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // With noUncheckedIndexedAccess every read of a typed array needs the `!`; a check there would cost on hot paths.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Ports are asynchronous for some implementations and not for others.
      '@typescript-eslint/require-await': 'off',
      // `request<Reply>()` names the type that the caller's kernel answers with.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },
  {
    files: ['**/*.{mjs,cjs,js}'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-require-imports': 'off',
    },
  },
  {
    files: ['{app,main,native,renderer}/**/*.{ts,tsx}'],
    rules: {
      'no-console': 'error',
      'no-restricted-syntax': ['error', fewParameters, exitCode, blockingWait],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true, IIFEs: false }],
    },
  },
  {
    // The workers' own code may block: it has no event loop to keep alive.
    files: ['**/*.worker.ts', 'main/devices/cpu/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', fewParameters, exitCode] },
  },
  {
    files: ['app/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...appGlobals],
      'no-restricted-properties': ['error', ...ambientProperties],
      'no-restricted-syntax': ['error', fewParameters, blockingWait, ambientTime],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['node:*', 'electron', 'react', 'react-dom'], message: 'app/ is pure TypeScript: use a port.' },
          ],
        },
      ],
    },
  },
  {
    files: ['renderer/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat['recommended-latest'] ?? reactHooks.configs.flat.recommended],
    rules: {
      // About the React Compiler, which is not used here.
      'react-hooks/incompatible-library': 'off',
      // `onClick={() => set(…)}`: what a handler returns is nobody's business.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    },
  },
  {
    files: testsAndFakes,
    rules: {
      'max-lines-per-function': 'off',
      'no-restricted-syntax': ['error', moduleMock],
      'no-restricted-globals': 'off',
      'no-restricted-imports': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
