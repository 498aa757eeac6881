import {
  type Builder,
  createBuilder,
  Model,
  tensorOf,
  tensorType,
  type Value,
} from '../../../src/graph/index.ts'
import { seededFloats } from '../../support/run-model.ts'

export const int = tensorType('int64', [])
export const bool = tensorType('bool', [])

export interface Inputs {
  /** float32[N, 4] */
  readonly x: Value
  /** bool[] */
  readonly c: Value
  /** int64[] */
  readonly n: Value
}

/** A model over `x: float32[N, 4]`, a condition `c` and a number `n`, which every case may read. */
export function controlled(build: (b: Builder, inputs: Inputs) => Value | readonly Value[]): Model {
  const model = new Model()
  const rows = model.dynamicDim('N', { hint: 2 })
  const x = model.graph.addInput('x', tensorType('float32', [rows, 4]))
  const c = model.graph.addInput('c', bool)
  const n = model.graph.addInput('n', int)
  const built = build(createBuilder(model), { x, c, n })
  const results = Array.isArray(built) ? built : [built]
  results.forEach((value, index) => {
    model.graph.addOutput(`y${index}`, value)
  })
  return model
}

const feed = (rows: number, condition: boolean, n: number) =>
  ({
    x: { dtype: 'float32', dims: [rows, 4], data: seededFloats(rows * 4, 5) },
    c: { dtype: 'bool', dims: [], data: Uint8Array.of(condition ? 1 : 0) },
    n: { dtype: 'int64', dims: [], data: BigInt64Array.of(BigInt(n)) },
  }) as const

/** Both conditions, two sizes, and loops that run not at all, once and often. */
export const feeds = [feed(2, true, 3), feed(1, false, 0), feed(3, true, 1)]

export const ones = (dims: readonly number[]) =>
  tensorOf(
    'float32',
    dims,
    Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => 1),
  )
