/**
 * Which folder may import which. DESIGN: plugin, cli → convert, request → formats, rewrite, quantize, validate →
 * targets, engine → graph → errors. `runtime` is shipped to the page and imports nothing else of src.
 */
const layers = {
  errors: [],
  graph: ['errors'],
  targets: ['graph', 'errors'],
  engine: ['graph', 'errors'],
  formats: ['graph', 'errors'],
  rewrite: ['targets', 'engine', 'graph', 'errors'],
  quantize: ['targets', 'engine', 'graph', 'errors'],
  validate: ['targets', 'engine', 'graph', 'errors'],
  request: ['graph', 'errors'],
  convert: ['request', 'formats', 'rewrite', 'quantize', 'validate', 'targets', 'engine', 'graph', 'errors'],
  plugin: ['convert', 'request', 'runtime', 'errors'],
  cli: ['convert', 'request', 'plugin', 'errors'],
  runtime: [],
}

const layerRules = Object.entries(layers).map(([folder, allowed]) => ({
  name: `${folder}-imports-only-what-lies-below`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: `^src/(${[folder, ...allowed].join('|')})/` },
}))

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'no-cycles',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'only-convert-and-above-touch-the-file-system',
      severity: 'error',
      from: { path: '^src/(errors|graph|formats|rewrite|quantize|validate|targets|request)/' },
      to: { path: '^(node:)?(fs|child_process|net|http|https|worker_threads)' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
}
