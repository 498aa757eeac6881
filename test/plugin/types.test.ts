import { dirname, join, resolve } from 'node:path'
import ts from 'typescript'
import { beforeAll, expect, it } from 'vitest'
import { declarationOf, renderDeclarations } from '../../src/plugin/types/declarations.ts'
import { declaredType } from '../../src/plugin/types/declared-type.ts'
import { Project } from '../support/project.ts'
import { resultOf } from './results.ts'

const REPOSITORY = resolve(import.meta.dirname, '../..')

const TOKENS = resultOf({
  inputs: [
    { name: 'ids', dtype: 'int64', shape: ['N', 'L'] },
    { name: 'half', dtype: 'float16', shape: [1, 'C'] },
  ],
  outputs: [{ name: 'scores', dtype: 'float16', shape: ['N', '2*L'] }],
})

const DECLARATIONS = renderDeclarations([
  declarationOf('*/net.pth?quant=int8', 'net.pth', declaredType(resultOf())),
  declarationOf('*/tokens.pth', 'tokens.pth', declaredType(TOKENS)),
  declarationOf('*/net.pth?as=url', 'net.pth', declaredType(resultOf({ request: { as: 'url' } }))),
  declarationOf('*/net.pth?as=meta', 'net.pth', declaredType(resultOf({ request: { as: 'meta' } }))),
  declarationOf('*/net.pth?as=bytes', 'net.pth', declaredType(resultOf({ request: { as: 'bytes' } }))),
])

const NET = "import net from './net.pth?quant=int8'\n"
const TOKEN_MODEL = "import tokens from './tokens.pth'\n"

interface Case {
  readonly title: string
  readonly code: string
  /** TypeScript's own code; 0 where it must compile. */
  readonly error: number
}

const CASES: readonly Case[] = [
  {
    title: 'a bare array where one dim is free',
    code: `${NET}const { logits } = await net.run({ image: new Float32Array(784) })
      const data: Float32Array = logits.data
      const [batch, classes]: readonly [number, 10] = logits.dims
      const type: 'float32' = logits.type
      export { data, batch, classes, type }`,
    error: 0,
  },
  {
    title: 'data with dims, and a Tensor',
    code: `${NET}import { Tensor } from 'onnxruntime-web'
      await net.run({ image: { data: new Float32Array(784), dims: [1, 1, 28, 28] } })
      await net.run({ image: new Tensor('float32', new Float32Array(784), [1, 1, 28, 28]) })`,
    error: 0,
  },
  {
    title: 'int64 as BigInt64Array, float16 as numbers or bits',
    code: `${TOKEN_MODEL}const half = new Float32Array(4)
      const { scores } = await tokens.run({ ids: { data: BigInt64Array.of(1n), dims: [1, 1] }, half })
      await tokens.run({ ids: { data: BigInt64Array.of(1n), dims: [1, 1] }, half: new Uint16Array(4) })
      export const data: Float32Array = scores.data
      export const dims: readonly [number, number] = scores.dims`,
    error: 0,
  },
  {
    title: 'the other faces of an import',
    code: `import url from './net.pth?as=url'
      import meta from './net.pth?as=meta'
      import load from './net.pth?as=bytes'
      export const text: string = url
      export const layers: number = meta.layers.length
      export const bytes: Uint8Array = await load({ onProgress: ({ loaded, total }) => console.log(loaded / total) })`,
    error: 0,
  },
  {
    title: 'a model handed to code that takes any model',
    code: `${NET}import type { Model } from 'unplugin-model/runtime'
      const warm = (model: Model) => model.load({ executionProviders: ['wasm'] })
      await warm(net)`,
    error: 0,
  },
  { title: 'a mistyped query', code: "import net from './net.pth?qaunt=int8'\nexport { net }", error: 2307 },
  {
    title: 'a query nobody has imported',
    code: "import net from './net.pth?quant=int4'\nexport { net }",
    error: 2307,
  },
  { title: 'an unknown input', code: `${NET}await net.run({ img: new Float32Array(784) })`, error: 2353 },
  { title: 'a missing input', code: `${NET}await net.run({})`, error: 2345 },
  {
    title: 'the wrong typed array',
    code: `${NET}await net.run({ image: new Float64Array(784) })`,
    error: 2322,
  },
  { title: 'a plain array', code: `${NET}await net.run({ image: [1, 2] })`, error: 2322 },
  {
    title: 'an unknown output',
    code: `${NET}export const { probs } = await net.run({ image: new Float32Array(784) })`,
    error: 2339,
  },
  {
    title: 'dims of the wrong size',
    code: `${NET}await net.run({ image: { data: new Float32Array(784), dims: [1, 3, 28, 28] } })`,
    error: 2322,
  },
  {
    title: 'dims of the wrong rank',
    code: `${NET}await net.run({ image: { data: new Float32Array(784), dims: [28, 28] } })`,
    error: 2322,
  },
  {
    title: 'a bare array where two dims are free',
    code: `${TOKEN_MODEL}await tokens.run({ ids: BigInt64Array.of(1n), half: new Float32Array(1) })`,
    error: 2322,
  },
]

let errorsOf: (title: string) => number[]

beforeAll(async () => {
  await using project = await Project.create({
    'models.d.ts': DECLARATIONS,
    ...Object.fromEntries(CASES.map(({ title, code }) => [`${title}.ts`, `${code}\nexport {}`])),
  })
  const program = ts.createProgram({
    rootNames: ['models.d.ts', ...CASES.map(({ title }) => `${title}.ts`)].map((name) => project.path(name)),
    options: {
      strict: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
      types: [],
      allowImportingTsExtensions: true,
      typeRoots: [join(REPOSITORY, 'node_modules/@types')],
      paths: { 'unplugin-model/runtime': [join(REPOSITORY, 'src/runtime/index.ts')] },
    },
  })
  const found = new Map<string, number[]>()
  for (const { file, code } of ts.getPreEmitDiagnostics(program)) {
    const name =
      file === undefined
        ? ''
        : dirname(file.fileName) === project.root
          ? file.fileName.slice(project.root.length + 1, -3)
          : ''
    found.set(name, [...(found.get(name) ?? []), code])
  }
  errorsOf = (title) => found.get(title) ?? []
})

it.each(CASES)('$title', ({ title, error }) => {
  expect(errorsOf(title)).toEqual(error === 0 ? [] : [error])
})

it('the declarations themselves have no errors', () => {
  expect([...errorsOf('models.d'), ...errorsOf('')]).toEqual([])
})
