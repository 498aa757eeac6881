import type { Node } from '../node.ts'

/** What a graph promises, rule by rule. */
export const RULES = {
  order: 'a value is defined before it is read, in this graph or in one around it',
  producer: 'a result knows the node and the graph that make it',
  uses: 'a value knows its readers, and those only',
  owner: 'a subgraph knows the node it belongs to',
  names: 'inputs and outputs of the model have names of their own',
  constant: 'a constant has the type of its tensor',
  arity: 'a node has the inputs and outputs that its operator declares',
  attributes: 'a node has the attributes that its operator declares',
  subgraphs: 'the subgraphs of control flow take and give what their node does',
  typed: 'inputs, and results of operators that are known, have types',
  inference: 'the types of results are those that inference gives',
  opset: 'the model is at the canonical opset',
} as const

export type Rule = keyof typeof RULES

/** One broken rule. */
export interface Violation {
  readonly rule: Rule
  /** Label of the node; undefined where a graph as a whole is at fault. */
  readonly node: string | undefined
  readonly what: string
}

/** Where checks put what they find. */
export type Report = (rule: Rule, node: Node | undefined, what: string) => void
