import {
  type Builder,
  createBuilder,
  type DType,
  inferGraph,
  Model,
  symbol,
  tensorType,
  type Value,
  verify,
} from '../../../src/graph/index.ts'
import { type RewriteLevel, rewrite } from '../../../src/rewrite/index.ts'
import { expectSameResults } from '../../support/expect-same-results.ts'
import { seededFloats } from '../../support/run-model.ts'
import { expectSettled } from '../expect-settled.ts'

export type Dims = readonly (number | string)[]

/** A model over inputs whose dims may be named: `modelOver({ x: ['N', 3, 'H', 'W'] }, (b, { x }) => b.relu(x))`. */
export function modelOver(
  inputs: Readonly<Record<string, Dims>>,
  build: (b: Builder, x: (name: string) => Value) => Value | readonly Value[],
  dtype: DType = 'float32',
): Model {
  const model = new Model()
  const values = new Map<string, Value>()
  for (const [name, dims] of Object.entries(inputs)) {
    for (const dim of dims) if (typeof dim === 'string') model.dynamicDim(dim)
    const sizes = dims.map((dim) => (typeof dim === 'string' ? symbol(dim) : dim))
    values.set(name, model.graph.addInput(name, tensorType(dtype, sizes)))
  }
  const input = (name: string): Value => {
    const value = values.get(name)
    if (!value) throw new Error(`${name} is not an input`)
    return value
  }
  const made = build(createBuilder(model), input)
  const outputs: readonly Value[] = Array.isArray(made) ? made : [made]
  outputs.forEach((value, index) => {
    model.graph.addOutput(`y${index}`, value)
  })
  return model
}

/** Sizes of the first run for each name; the second run's are one more. */
const SIZES: Readonly<Record<string, number>> = { N: 2, S: 3, H: 4, W: 6, B: 2, C: 4 }

/** Rewrites a copy, verifies it after every pass, and checks on two sizes that it computes the same. */
export async function rewritten(model: Model, level: RewriteLevel = 'all'): Promise<Model> {
  inferGraph(model)
  verify(model, { inference: true })
  const copy = model.clone()
  rewrite(copy, { level, onPass: () => verify(copy, { inference: true }) })
  expectSettled(copy, level)
  for (const more of [0, 1]) await expectSameResults(copy, model, feedsOf(model, more), 1e-5)
  return copy
}

function feedsOf(model: Model, more: number) {
  return Object.fromEntries(
    model.graph.inputs.map((input, index) => {
      const dims = input.dims.map((dim) => (typeof dim === 'number' ? dim : (SIZES[dim.key] ?? 2) + more))
      const floats = seededFloats(
        dims.reduce((a, b) => a * b, 1),
        index + 1,
      )
      const dtype = input.dtype
      const data = dtype === 'int64' ? BigInt64Array.from(floats, (v) => BigInt(Math.round(v * 5))) : floats
      return [input.name, { dtype, dims, data }]
    }),
  )
}

/** Operators in order, after rewriting. */
export const operatorsOf = (model: Model): string[] => [...model.graph.allNodes()].map((node) => node.op)
