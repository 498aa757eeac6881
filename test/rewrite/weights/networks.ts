import { expect } from 'vitest'
import type { EngineTensor } from '../../../src/engine/index.ts'
import {
  type Builder,
  createBuilder,
  type Dim,
  elementCount,
  inferGraph,
  Model,
  symbol,
  tensorType,
  type Value,
  verify,
} from '../../../src/graph/index.ts'
import type { Pass } from '../../../src/rewrite/pass.ts'
import { removeUnread } from '../../../src/rewrite/passes/clean/eliminate-dead-code.ts'
import { TARGETS } from '../../../src/targets/index.ts'
import { expectSameResults } from '../../support/expect-same-results.ts'
import { seededFloats } from '../../support/run-model.ts'

/** How a network is built over its input `x`; several results where a case returns several. */
export type Build = (b: Builder, x: Value) => Value | readonly Value[]

/** Symbols of a case's dims, at the sizes that it is run on. */
const SIZES: readonly (readonly [string, number])[][] = [
  [
    ['N', 2],
    ['L', 5],
  ],
  [
    ['N', 1],
    ['L', 3],
  ],
]

/** A model over `x: float32[dims]`; names among the dims stay open. */
export function networkOf(dims: readonly (number | string)[], build: Build): Model {
  const model = new Model()
  const open = (dim: number | string): Dim =>
    typeof dim === 'number' ? dim : model.dynamicDim(dim, { hint: 2 })
  const x = model.graph.addInput('x', tensorType('float32', dims.map(open)))
  const results = build(createBuilder(model), x)
  for (const [index, value] of (Array.isArray(results) ? results : [results]).entries())
    model.graph.addOutput(`y${index}`, value)
  inferGraph(model)
  verify(model, { inference: true })
  return model
}

const fixed = (dims: readonly Dim[], sizes: readonly (readonly [string, number])[]): number[] =>
  dims.map((dim) =>
    typeof dim === 'number' ? dim : (sizes.find(([name]) => symbol(name) === dim)?.[1] ?? 1),
  )

export function feedsOf(model: Model, sizes = SIZES[0] ?? []): Record<string, EngineTensor> {
  const dims = fixed(model.graph.inputs[0]?.dims ?? [], sizes)
  return { x: { dtype: 'float32', dims, data: seededFloats(elementCount(dims), 7) } }
}

/** The operators that are left once the passes change nothing more: verified after each, computing the same at every size. */
export async function operatorsAfter(
  passes: readonly Pass[],
  model: Model,
  tolerance = 2e-6,
): Promise<string[]> {
  const copy = model.clone()
  for (let round = 0; runAll(passes, copy); round++) expect(round).toBeLessThan(5)
  for (const sizes of SIZES) await expectSameResults(copy, model, feedsOf(model, sizes), tolerance)
  return [...copy.graph.allNodes()].map(({ op }) => op)
}

function runAll(passes: readonly Pass[], model: Model): boolean {
  let changed = false
  for (const pass of passes) {
    const changes = Object.values(pass.run(model, { target: TARGETS.wasm }))
    removeUnread(model.graph)
    verify(model, { inference: true })
    changed ||= changes.some((count) => count > 0)
  }
  return changed
}
