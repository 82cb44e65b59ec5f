/** Layer rules of docs/architecture.md: imports go one way, downwards. */
const pure = '^main/(checkpoints|mix|recipes|metrics|analysis|alignment|architectures|data|files)/';
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'pure-rooms-know-no-host',
      comment: 'The arithmetic knows nothing of Electron, SQLite, React or whoever calls it.',
      severity: 'error',
      from: { path: pure },
      to: {
        path: '^(db/|renderer/|preload/|main/(desktop|backend|cli|engine|runtimes)/|node_modules/(electron|better-sqlite3|react|onnxruntime-node|@tensorflow))',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'checkpoints-stand-alone',
      severity: 'error',
      from: { path: '^main/checkpoints/' },
      to: { path: '^main/(mix|recipes|metrics|analysis|alignment|architectures|data)/' },
    },
    {
      name: 'mix-reads-only-checkpoints',
      severity: 'error',
      comment: 'And checkpoints seen through permutations, which are no more than another order of their elements.',
      from: { path: '^main/mix/' },
      to: {
        path: '^main/(recipes|metrics|analysis|alignment|architectures|data)/',
        pathNot: '^main/alignment/(permuted|permutations|symmetries)[.]ts$',
      },
    },
    {
      name: 'analysis-reads-only-checkpoints',
      severity: 'error',
      from: { path: '^main/analysis/' },
      to: { path: '^main/(mix|recipes|metrics|alignment|architectures|data)/' },
    },
    {
      name: 'alignment-reads-graphs-and-checkpoints',
      severity: 'error',
      from: { path: '^main/alignment/' },
      to: { path: '^main/(mix|recipes|metrics|analysis|data)/' },
    },
    {
      name: 'recipes-are-decisions-only',
      severity: 'error',
      comment: "What names of tensors say of a network's blocks is no more than a decision.",
      from: { path: '^main/recipes/' },
      to: {
        path: '^main/(checkpoints|data|architectures|alignment)/',
        pathNot: '^main/architectures/numbered-blocks[.]ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'runtimes-below-engine',
      severity: 'error',
      from: { path: '^main/runtimes/' },
      to: { path: '^(db/|main/(desktop|backend|cli|engine|recipes)/)' },
    },
    {
      name: 'interpreter-imports-nothing-from-node',
      comment: 'The tfjs interpreter must also run in a hidden window on WebGPU.',
      severity: 'error',
      from: { path: '^main/runtimes/tfjs/interpreter/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'engine-below-backend',
      severity: 'error',
      from: { path: '^main/engine/' },
      to: { path: '^(db/|main/(desktop|backend|cli)/)' },
    },
    {
      name: 'backend-is-host-neutral',
      severity: 'error',
      from: { path: '^main/backend/' },
      to: { path: '^(main/(desktop|cli)/|renderer/|node_modules/electron/)' },
    },
    {
      name: 'db-below-backend',
      severity: 'error',
      from: { path: '^db/' },
      to: {
        path: '^(main/(desktop|backend|cli|engine|runtimes)/|renderer/)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'product-does-not-import-tests',
      severity: 'error',
      from: { path: '^(main|db|preload|renderer)/' },
      to: { path: '^(test|bench)/' },
    },
    // What the build itself makes has no file.
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^virtual:' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/kernels/assembly/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
      extensions: ['.ts', '.mjs', '.cjs', '.js', '.json'],
    },
  },
};
