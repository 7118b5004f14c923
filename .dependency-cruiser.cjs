// The arrows between folders. Each comment says how to mend what the rule reports.
const tests = '\\.test\\.(ts|tsx|mjs)$';
/** What tests share. */
const fixtures = '\\.fixture\\.ts$';

/** What each layer of app/ must not import: what lies above it, and its neighbour. */
const notBelow = {
  base: ['model', 'abi', 'device', 'runtime', 'contract'],
  model: ['abi', 'device', 'runtime', 'contract'],
  abi: ['model', 'device', 'runtime', 'contract'],
  device: ['runtime', 'contract'],
  runtime: ['contract'],
};
const appRules = Object.entries(notBelow).map(([layer, others]) => ({
  name: `app-${layer}-looks-down`,
  severity: 'error',
  comment:
    `app/${layer} imports only layers below it (base <- model, abi <- device <- runtime <- contract). Move the shared ` +
    'part down, or let the upper layer pass it in as a parameter.',
  from: { path: `^app/${layer}/`, pathNot: tests },
  to: { path: `^app/(${others.join('|')})/` },
}));

/** Packages that run unchanged in Node and in a browser, without side effects. */
const purePackages = ['@noble/hashes', 'zod', '@trpc/server', 'jsonc-parser', 'fastest-levenshtein'];

const rendererFeatures = ['designer', 'editor', 'functions', 'injector', 'telemetry'];
const featureRules = rendererFeatures.map((feature) => ({
  name: `renderer-${feature}-alone`,
  severity: 'error',
  comment:
    'Features do not import each other: share through renderer/stores or renderer/ui, and let renderer/shell compose.',
  from: { path: `^renderer/${feature}/` },
  to: { path: `^renderer/(${rendererFeatures.filter((other) => other !== feature).join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...appRules,
    ...featureRules,
    {
      name: 'app-stands-alone',
      severity: 'error',
      comment:
        'app/ imports nothing of the other folders: declare a port (an interface) in app/ and pass the implementation in.',
      from: { path: '^app/' },
      to: { path: '^(main|renderer|native|kernels|e2e|bench|scripts|bin)/' },
    },
    {
      name: 'app-without-node',
      severity: 'error',
      comment: 'No Node in app/: reach it through a port that main/ implements. (platform.d.ts lists what is there.)',
      from: { path: '^app/', pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'app-few-packages',
      severity: 'error',
      comment:
        'app/ runs everywhere: put code that needs this package into main/ or renderer/, or, when the package is pure, ' +
        'add it to purePackages in .dependency-cruiser.cjs.',
      from: { path: '^app/', pathNot: [tests, '^app/testing/'] },
      to: { path: 'node_modules/', pathNot: `node_modules/(${purePackages.join('|')})/` },
    },
    {
      name: 'testing-only-in-tests',
      severity: 'error',
      comment:
        'app/testing and main/testing hold fakes, the conformance suite and the explorer of interleavings: product code must ' +
        'not need them.',
      from: { pathNot: [tests, '^(app|main)/testing/', '^bench/', '^e2e/', '^kernels/test/', '^renderer/preview/'] },
      to: { path: '^(app|main)/testing/' },
    },
    {
      name: 'tests-are-leaves',
      severity: 'error',
      comment: 'Nothing imports a test: move what is shared into app/testing or a file of its own beside the test.',
      from: {},
      to: { path: tests },
    },
    {
      name: 'main-imports-app-only',
      severity: 'error',
      comment:
        'main/ builds on app/ (and main/devices/cuda on native/bindings): what the renderer has too belongs in app/.',
      from: { path: '^main/', pathNot: [tests, '^main/devices/cuda/'] },
      to: { path: '^(renderer|native|kernels|e2e|bench|scripts|bin)/' },
    },
    {
      name: 'native-through-bindings',
      severity: 'error',
      comment: 'The addon is reached from main/devices/cuda through native/bindings only.',
      from: { path: '^main/devices/cuda/', pathNot: [tests, fixtures] },
      to: { path: '^(renderer|kernels|e2e|bench|scripts|bin)/|^native/(?!bindings/)' },
    },
    {
      name: 'native-only-for-cuda',
      severity: 'error',
      comment: 'Only main/devices/cuda loads the addon: go through the Device port.',
      from: { pathNot: ['^native/', '^main/devices/cuda/', '^e2e/', tests] },
      to: { path: '^native/' },
    },
    {
      name: 'main-parts-do-not-compose',
      severity: 'error',
      comment: 'Devices, compiler and storage are composed by main/host: take what is needed as a parameter.',
      from: { path: '^main/(devices|compile|storage)/', pathNot: [tests, fixtures] },
      to: { path: '^main/(host|cli|transport|shell|preload)/' },
    },
    {
      name: 'shell-is-the-top',
      severity: 'error',
      comment:
        'Nothing imports main/shell or main/preload: they are entry points. Move the shared part to main/host or app/.',
      from: { pathNot: ['^main/(shell|preload)/'] },
      to: { path: '^main/(shell|preload)/' },
    },
    {
      name: 'electron-only-in-shell',
      severity: 'error',
      comment:
        'Only main/shell and main/preload import electron, so that everything else runs in plain Node: pass it in.',
      from: { pathNot: ['^main/(shell|preload)/', '^e2e/'] },
      to: { path: '^electron$|node_modules/electron/' },
    },
    {
      name: 'renderer-not-main',
      severity: 'error',
      comment: 'The renderer talks to the host through the contract: add a procedure to app/contract.',
      from: { path: '^renderer/' },
      to: { path: '^(main|native|kernels|e2e|bench|scripts|bin)/' },
    },
    {
      name: 'renderer-without-node',
      severity: 'error',
      comment: 'The renderer also runs in a plain browser: ask the host through the contract.',
      from: { path: '^renderer/', pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'renderer-contract-type-only',
      severity: 'error',
      comment: "Use `import type` for app/contract in the renderer: the router's code belongs to the host.",
      from: { path: '^renderer/', pathNot: [tests, '^renderer/preview/'] },
      to: { path: '^app/contract/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'e2e-imports-app-only',
      severity: 'error',
      comment:
        'e2e drives the studio from outside: use page objects, and from the repository only app/ and the driver stand-in.',
      from: { path: '^e2e/' },
      to: { path: '^(main|renderer|native|kernels|bench|scripts)/', pathNot: '^native/test/stand-in/stand-in.ts$' },
    },
    {
      name: 'scripts-before-everything',
      severity: 'error',
      comment:
        'Scripts run before anything is built: they import no product code. Start dist/ in a child process instead.',
      from: { path: '^(scripts|bin)/' },
      to: { path: '^(app|main|renderer|native|kernels|bench|e2e)/' },
    },
    {
      name: 'fs-where-files-are',
      severity: 'error',
      comment:
        'Files are touched in main/, scripts/, bench/ and e2e/ (and in tests of kernels/): pass contents or a port instead.',
      from: { pathNot: ['^(main|scripts|bin|bench|e2e|native)/', '^[^/]+$', tests, '^kernels/test/'] },
      to: { path: '^(node:)?fs(/promises)?$' },
    },
    {
      name: 'dependencies-are-declared',
      severity: 'error',
      comment:
        'The package is not in package.json, or cannot be resolved: install it (exact version), or mend the path.',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      comment: "Nothing is there: relative imports end in '.ts', packages must be installed.",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'product-without-dev-dependencies',
      severity: 'error',
      comment: 'Users who install the package do not have devDependencies: move it to dependencies.',
      from: { path: '^(app|main)/', pathNot: [tests, '^(app|main)/testing/', '^main/(shell|preload)/'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment:
        'A cycle has no order in which to understand it: move what both need into a third file, or invert one arrow.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      comment: 'Nobody imports it and it imports nobody: use it or delete it.',
      from: {
        orphan: true,
        pathNot: [
          tests,
          '\\.d\\.ts$',
          '(^|/)[^/]+\\.config\\.',
          '^\\.',
          '\\.(worker|process|bench)\\.ts$',
          // Named in electron-builder.yml.
          '^scripts/package/before-build\\.mjs$',
        ],
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage)/|^native/(build|prebuilds)/' },
    tsPreCompilationDeps: true,
    // native/package.json is there for node-gyp; what native/ depends on stands in the root's.
    combinedDependencies: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
    reporterOptions: { text: { highlightFocused: true } },
  },
};
