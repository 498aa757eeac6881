import { ModelError } from '../../errors/index.ts'
import { type Dim, symbolsOf } from '../dims/index.ts'
import { inferCall } from '../inference/infer.ts'
import type { OutputInfo } from '../inference/output-info.ts'
import type { Model } from '../model.ts'
import type { Node } from '../node.ts'
import { schemaOf } from '../ops/registry.ts'
import { typeText, type ValueType } from '../value-type.ts'
import { isInferable } from './types.ts'
import type { Report } from './violation.ts'

/** Infers every node again from the types of its inputs, on a clone, and compares. */
export function checkInference(model: Model, report: Report): void {
  const scratch = model.clone()
  const isFresh = (name: string): boolean => scratch.facts.has(name) && !model.facts.has(name)
  for (const node of scratch.graph.allNodes()) {
    const infos = isInferable(node) ? inferAgain(scratch, node, report) : []
    node.outputs.forEach(({ name, type }, index) => {
      const fresh = infos[index]?.type
      if (type && fresh && !agree(type, fresh, isFresh))
        report(
          'inference',
          node,
          `${name} is said to be ${typeText(type)} and inferred to be ${typeText(fresh)}`,
        )
    })
  }
}

function inferAgain(model: Model, node: Node, report: Report): readonly OutputInfo[] {
  const schema = schemaOf(node.op, node.domain)
  const { op, inputs, attributes, where } = node
  if (!schema) return []
  try {
    return inferCall(model, schema, { op, inputs, attributes, where, outputCount: node.outputs.length })
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    report('inference', node, error.details.what)
    return []
  }
}

type IsFresh = (name: string) => boolean

/** Equal, but for sizes that only the data decides: inference gives those a new symbol each time. */
function agree(stated: ValueType, fresh: ValueType, isFresh: IsFresh): boolean {
  if (stated.kind === 'tensor' && fresh.kind === 'tensor') {
    const { dims } = stated
    if (stated.dtype !== fresh.dtype) return false
    if (!fresh.dims) return true
    return (
      dims?.length === fresh.dims.length &&
      fresh.dims.every((dim, axis) => agreeOnDim(dims[axis], dim, isFresh))
    )
  }
  if (stated.kind === 'tensor' || fresh.kind === 'tensor') return false
  return stated.kind === fresh.kind && agree(stated.element, fresh.element, isFresh)
}

const agreeOnDim = (stated: Dim | undefined, fresh: Dim, isFresh: IsFresh): boolean =>
  stated === fresh || [...symbolsOf(fresh)].some(isFresh)
