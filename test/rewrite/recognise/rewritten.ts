import {
  type Builder,
  createBuilder,
  type DType,
  Model,
  symbol,
  tensorType,
  type Value,
  verify,
} from '../../../src/graph/index.ts'
import { rewrite } from '../../../src/rewrite/index.ts'
import { expectSameResults } from '../../support/expect-same-results.ts'
import { seededFloats } from '../../support/run-model.ts'

/** A model over `x: float32[N, S, 8]`, built by the case. */
export function tokensModel(build: (b: Builder, x: Value) => Value, dtype: DType = 'float32'): Model {
  const model = new Model()
  model.dynamicDim('N', { hint: 2 })
  model.dynamicDim('S', { hint: 3 })
  const x = model.graph.addInput('x', tensorType(dtype, [symbol('N'), symbol('S'), 8]))
  model.graph.addOutput('y', build(createBuilder(model), x))
  return model
}

const sized = (n: number, s: number) =>
  ({
    x: { dtype: 'float32', dims: [n, s, 8], data: seededFloats(n * s * 8, n + s).map((v) => v * 3) },
  }) as const

/** Rewrites a copy, verified after every pass, that computes the same for two sizes. @returns its operators. */
export async function rewrittenOperators(model: Model, tolerance = 1e-5): Promise<string[]> {
  const copy = model.clone()
  rewrite(copy, { level: 'all', onPass: () => verify(copy, { inference: true }) })
  await expectSameResults(copy, model, sized(2, 3), tolerance)
  await expectSameResults(copy, model, sized(1, 1), tolerance)
  return [...copy.graph.allNodes()].map((node) => node.op)
}
