import type { Node, Value } from '../../graph/index.ts'

/**
 * Whether nothing outside reads what the nodes compute, but the one result: then all of them go when it is replaced. A
 * pattern of which something would stay is not worth replacing.
 */
export function isClosed(nodes: ReadonlySet<Node>, result: Value): boolean {
  for (const node of nodes)
    for (const output of node.outputs) if (output !== result && !isReadWithin(output, nodes)) return false
  return true
}

/** Whether no graph returns the value and only these nodes read it. */
export function isReadWithin(value: Value, nodes: ReadonlySet<Node>): boolean {
  if (value.outputOf.length > 0 || value.userCount > nodes.size) return false
  return value.users.every((user) => nodes.has(user))
}

/** Values that follow from one by arithmetic within the same graph, nearest first: where a pattern around it may end. */
export function resultsOf(value: Value, most: number): readonly Value[] {
  const found: Value[] = []
  const queue = [value]
  for (let at = 0; at < queue.length && found.length < most; at++) {
    const from = queue[at]
    if (!from || from.userCount > MOST_USERS) continue
    for (const user of from.users) {
      if (user.graph !== value.graph || user.domain !== '' || !ARITHMETIC.has(user.op)) continue
      if (queue.includes(user.output)) continue
      found.push(user.output)
      queue.push(user.output)
    }
  }
  return found
}

/** Values that one is computed from by arithmetic, itself first, nearest first. */
export function operandsOf(value: Value, most: number): readonly Value[] {
  const queue = [value]
  for (let at = 0; at < queue.length && queue.length < most; at++) {
    const node = queue[at]?.producer
    if (node?.domain !== '' || node.graph !== value.graph || !ARITHMETIC.has(node.op)) continue
    for (const input of node.inputs) if (input && !input.tensor && !queue.includes(input)) queue.push(input)
  }
  return queue
}

/** A value read by more nodes than these is no inner value of a pattern. */
const MOST_USERS = 4

const ARITHMETIC = new Set(['Add', 'Sub', 'Mul', 'Div', 'Neg', 'Pow', 'Reciprocal', 'Sqrt'])
