import type { Node } from '../node.ts'
import { schemaOf } from '../ops/registry.ts'
import type { OperatorSchema } from '../ops/schema.ts'
import type { Report } from './violation.ts'

/** A node against the declaration of its operator; nodes of operators we do not know pass. */
export function checkCall(node: Node, report: Report): void {
  const schema = schemaOf(node.op, node.domain)
  if (!schema) return
  checkInputs(node, schema, report)
  const most = isVariadic(schema.outputs) ? Number.POSITIVE_INFINITY : schema.outputs.length
  if (node.outputs.length > most)
    report('arity', node, `it has ${node.outputs.length} outputs and may have ${most}`)
  checkAttributes(node, schema, report)
}

function checkInputs(node: Node, { inputs }: OperatorSchema, report: Report): void {
  const variadic = isVariadic(inputs)
  if (!variadic && node.inputs.length > inputs.length)
    report('arity', node, `it has ${node.inputs.length} inputs and may have ${inputs.length}`)
  inputs.forEach((name, index) => {
    if (isRequired(name) && !node.inputs[index]) report('arity', node, `input ${name} is left out`)
  })
  if (variadic && node.inputs.slice(inputs.length - 1).some((input) => !input))
    report('arity', node, `one of ${inputs.at(-1)} is left out`)
}

const isVariadic = (names: readonly string[]): boolean => names.at(-1)?.endsWith('...') ?? false
const isRequired = (name: string): boolean => !name.endsWith('?') && !name.endsWith('...')

function checkAttributes(node: Node, { attributes }: OperatorSchema, report: Report): void {
  const declared = new Map<string, string>(Object.entries(attributes))
  for (const [name, { type }] of node.attributes) {
    const kind = declared.get(name)?.replace('!', '')
    if (kind === undefined) report('attributes', node, `${node.op} has no attribute ${name}`)
    else if (kind !== type) report('attributes', node, `attribute ${name} is of type ${type}, not ${kind}`)
  }
  for (const [name, kind] of declared)
    if (kind.endsWith('!') && !node.attributes.has(name))
      report('attributes', node, `attribute ${name} is missing`)
}
