import type { Node } from '../node.ts'
import { elementCount, type Tensor } from '../tensor.ts'
import type { Value } from '../value.ts'
import { foldTensors, isFoldable } from './index.ts'

/** Nodes looked at for one value: tables that constructors compute take a dozen. */
const MAX_NODES = 256

/** Elements of one result on the way. */
const MAX_ELEMENTS = 1 << 16

/**
 * The tensor that a value holds wherever it runs: a constant, or what our own kernels compute from constants alone. The
 * graph stays as it is; undefined when an input of the model takes part, or too much work would.
 *
 * @example constantOf(b.mul(b.constant(table), b.scalar('float32', 2)))
 */
export function constantOf(value: Value): Tensor | undefined {
  return new Folding().tensorOf(value)
}

class Folding {
  readonly #known = new Map<Node, readonly Tensor[] | undefined>()

  tensorOf(value: Value): Tensor | undefined {
    if (value.tensor) return value.tensor
    const { producer } = value
    if (!producer || !isFoldable(producer.op, producer.domain)) return undefined
    return this.#results(producer)?.[producer.outputs.indexOf(value)]
  }

  #results(node: Node): readonly Tensor[] | undefined {
    if (this.#known.has(node)) return this.#known.get(node)
    // Set first, so that no node is walked twice.
    this.#known.set(node, undefined)
    const results = this.#known.size > MAX_NODES ? undefined : this.#compute(node)
    this.#known.set(node, results)
    return results
  }

  #compute({ op, domain, inputs, attributes, outputs }: Node): readonly Tensor[] | undefined {
    if (!outputs.every(isSmall)) return undefined
    const constants: (Tensor | undefined)[] = []
    for (const input of inputs) {
      const tensor = input && this.tensorOf(input)
      if (input && !tensor) return undefined
      constants.push(tensor)
    }
    return foldTensors({ op, domain, constants, attributes, outputs: outputs.map(({ type }) => type) })
  }
}

function isSmall({ type }: Value): boolean {
  if (type?.kind !== 'tensor') return false
  const { dims } = type
  return dims?.every((dim) => typeof dim === 'number') === true && elementCount(dims) <= MAX_ELEMENTS
}
