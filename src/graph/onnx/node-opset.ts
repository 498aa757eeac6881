import type { Node } from '../node.ts'

/**
 * Opsets of nodes that were inlined from a function which is written for another one than its model: told by the reader,
 * of use until the nodes are adapted.
 */
const opsets = new WeakMap<Node, number>()

export const noteOpset = (node: Node, opset: number): void => {
  opsets.set(node, opset)
}

/** The opset that a node of a file was written for, where it is not the model's. */
export const notedOpset = (node: Node): number | undefined => opsets.get(node)
