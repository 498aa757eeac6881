import type { EngineTensor } from '../../src/engine/index.ts'
import { type Builder, createBuilder, Graph, type Model, type Value, verify } from '../../src/graph/index.ts'
import { type RewriteLevel, rewrite } from '../../src/rewrite/index.ts'
import { expectSameResults } from '../support/expect-same-results.ts'
import { expectSettled } from './expect-settled.ts'
import { feeds as defaultFeeds } from './small-models.ts'

interface Options {
  /** @default 'basic' */
  readonly level?: RewriteLevel
  /** Each of them is run. @default what `modelOf`'s models take */
  readonly feeds?: readonly Readonly<Record<string, EngineTensor>>[]
}

/** Rewrites a copy, verifies it after every pass, and checks that it computes the same. */
export async function rewritten(
  model: Model,
  { level = 'basic', feeds = [defaultFeeds] }: Options = {},
): Promise<Model> {
  const copy = model.clone()
  rewrite(copy, { level, onPass: () => verify(copy, { inference: true }) })
  expectSettled(copy, level)
  for (const each of feeds) await expectSameResults(copy, model, each)
  return copy
}

/** A subgraph whose inputs and results the case builds. */
export function bodyOf(outer: Builder, fill: (b: Builder, body: Graph) => readonly Value[]): Graph {
  const body = new Graph('body')
  const inner = createBuilder(outer.model, { graph: body, outer: outer.at })
  fill(inner, body).forEach((value, index) => {
    body.addOutput(`y${index}`, value)
  })
  return body
}
