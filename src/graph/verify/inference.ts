import { ModelError } from '../../errors/index.ts'
import { type Dim, symbolsOf } from '../dims/index.ts'
import { inferGraph } from '../inference/infer.ts'
import type { Model } from '../model.ts'
import type { Node } from '../node.ts'
import { typeText, type ValueType } from '../value-type.ts'
import type { Report } from './violation.ts'

/** Infers the whole model again from the types of its inputs, on a clone, and compares. */
export function checkInference(model: Model, report: Report): void {
  const scratch = model.clone()
  try {
    inferGraph(scratch)
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    report('inference', undefined, error.details.what)
    return
  }
  const isFresh = (name: string): boolean => scratch.facts.has(name) && !model.facts.has(name)
  const twins = scratch.graph.allNodes()
  for (const node of model.graph.allNodes()) {
    const twin = twins.next()
    if (!twin.done) compare(node, twin.value, isFresh, report)
  }
}

type IsFresh = (name: string) => boolean

function compare(node: Node, twin: Node, isFresh: IsFresh, report: Report): void {
  node.outputs.forEach(({ name, type }, index) => {
    const fresh = twin.outputs[index]?.type
    if (type && fresh && !agree(type, fresh, isFresh))
      report(
        'inference',
        node,
        `${name} is said to be ${typeText(type)} and inferred to be ${typeText(fresh)}`,
      )
  })
}

/** Equal, but for sizes that only the data decides: a pass may know them, or inference may give a new symbol. */
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
