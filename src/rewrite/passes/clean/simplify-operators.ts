import { type Builder, createBuilder, DTYPES, type Node, type Value } from '../../../graph/index.ts'
import { producerOf } from '../../match/uses.ts'
import type { Pass } from '../../pass.ts'
import { Replacement } from '../../replacement.ts'

/** Writes calls of general operators as those of plainer ones, which more passes, kernels and quantisers know: CastLike as Cast, … */
export const simplifyOperators: Pass = {
  name: 'simplify-operators',
  level: 'basic',
  run(model) {
    let simplified = 0
    const replacement = new Replacement(model)
    for (const node of model.graph.allNodes()) {
      replacement.follow(node)
      const isPlain = node.domain === '' && node.output.isUsed && node.inputs.every(isRanked)
      const simpler = isPlain ? SIMPLER.get(node.op) : undefined
      const b = simpler && createBuilder(model, { graph: node.graph, before: node })
      if (b) b.origin = node.origin
      const result = b && simpler(node, b)
      if (!result) continue
      if (result.producer) result.producer.name = node.name
      result.name = node.output.name
      replacement.replace(node.output, result)
      simplified++
    }
    replacement.finish()
    return { node: simplified }
  },
}

/** In a branch that is never taken, a value may have no type: nothing can be emitted on it. */
const isRanked = (value: Value | undefined): boolean =>
  !value || (value.type?.kind === 'tensor' && value.type.dims !== undefined)

type Simpler = (node: Node, b: Builder) => Value | undefined

const SIMPLER: ReadonlyMap<string, Simpler> = new Map<string, Simpler>([
  ['CastLike', castLike],
  ['Concat', concatOfSome],
  ['Sum', sumOfTwo],
  ['Where', whereNot],
])

function castLike(node: Node, b: Builder): Value | undefined {
  const like = node.input(1).type
  if (like?.kind !== 'tensor') return undefined
  const saturate = node.attribute('saturate', 'int')
  return b.cast(node.input(0), {
    to: DTYPES[like.dtype].onnx,
    ...(saturate === undefined ? {} : { saturate }),
  })
}

/** Without the parts that have no element. One is kept when none has any. */
function concatOfSome(node: Node, b: Builder): Value | undefined {
  const parts = node.inputs.filter((input) => input !== undefined)
  const axis = node.attribute('axis', 'int') ?? 0
  const kept = parts.filter(({ type }) => {
    if (type?.kind !== 'tensor' || !type.dims) return true
    return type.dims.at(axis) !== 0
  })
  return kept.length > 0 && kept.length < parts.length ? b.concat(kept, { axis }) : undefined
}

/** An addition is what fuses into the convolution before it. */
function sumOfTwo(node: Node, b: Builder): Value | undefined {
  const [left, right, more] = node.inputs
  return left && right && !more ? b.add(left, right) : undefined
}

function whereNot(node: Node, b: Builder): Value | undefined {
  const not = producerOf(node.input(0), 'Not')
  return not && b.where(not.input(0), node.input(2), node.input(1))
}
