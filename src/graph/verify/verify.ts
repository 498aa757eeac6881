import { ModelError } from '../../errors/index.ts'
import { CANONICAL_OPSET, type Model } from '../model.ts'
import { checkInference } from './inference.ts'
import { checkCall } from './schema.ts'
import { checkStructure } from './structure.ts'
import { checkSubgraphs } from './subgraphs.ts'
import { checkTypes } from './types.ts'
import { type Report, RULES, type Violation } from './violation.ts'

export interface VerifyOptions {
  /** Also infers every type again and compares: slower, and meant for tests. @default false */
  readonly inference?: boolean | undefined
}

const SHOWN = 10

/**
 * Holds a model to every rule that passes and writers rely on.
 * @throws ModelError INVALID_GRAPH listing each broken rule with its node.
 * @example verify(model, { inference: true })
 */
export function verify(model: Model, options: VerifyOptions = {}): void {
  const found = violationsOf(model, options)
  if (found.length === 0) return
  const lines = found
    .slice(0, SHOWN)
    .map(({ rule, node, what }) => `\n  ${node ?? 'graph'}: ${what} (rule "${rule}": ${RULES[rule]})`)
  const more = found.length > SHOWN ? `\n  and ${found.length - SHOWN} more` : ''
  throw new ModelError('INVALID_GRAPH', {
    what: `The graph breaks ${found.length} rules:${lines.join('')}${more}`,
  })
}

/** Every broken rule of a model, in the order of its nodes. */
export function violationsOf(model: Model, { inference = false }: VerifyOptions = {}): Violation[] {
  const found: Violation[] = []
  const report: Report = (rule, node, what) => {
    found.push({ rule, node: node?.label, what })
  }
  const opset = model.opsets.get('')
  if (opset !== CANONICAL_OPSET) report('opset', undefined, `opset ${opset} is not ${CANONICAL_OPSET}`)
  checkNames(model, report)
  checkStructure(model.graph, report)
  for (const node of model.graph.allNodes()) {
    checkCall(node, report)
    checkSubgraphs(node, report)
  }
  checkTypes(model.graph, report)
  if (inference && found.length === 0) checkInference(model, report)
  return found
}

/** An output may bear an input's name only when it is that input. */
function checkNames({ graph }: Model, report: Report): void {
  const seen = new Map<string, unknown>()
  const inputs = new Set<unknown>(graph.inputs)
  const check = (name: string, value: unknown, isInput: boolean) => {
    if (name === '') report('names', undefined, `an ${isInput ? 'input' : 'output'} has no name`)
    const passedThrough = !isInput && seen.get(name) === value && inputs.has(value)
    if (seen.has(name) && !passedThrough) report('names', undefined, `the name ${name} is given twice`)
    seen.set(name, value)
  }
  for (const input of graph.inputs) check(input.name, input, true)
  for (const { name, value } of graph.outputs) check(name, value, false)
}
