import type { NodeProto } from '../proto/messages.ts'

/** `Conv conv1`: how errors name a node that is not in a graph yet; the same as `Node.label`. */
export function nodeLabel({ op, domain, name, outputs }: NodeProto): string {
  const operator = domain === '' ? op : `${domain}:${op}`
  const known = name || outputs.find((output) => output !== '')
  return known ? `${operator} ${known}` : operator
}
