import type { Node, Value } from '../../../../graph/index.ts'
import { constantNumber } from '../../../match/constants.ts'
import { producerOf } from '../../../match/uses.ts'
import { type Multiple, multiplesOf } from '../../../pattern/multiples.ts'

/** x where it is above zero, `number · vector · x` where it is below. */
export interface Bend extends Multiple {
  /** Slopes with which the nodes compute that for every x, infinities too. */
  readonly holds: (slope: number) => boolean
}

/** Every way to read a node as the end of a bend. */
export const bendsAt = (node: Node): Iterable<Bend> =>
  node.domain === '' ? (MATCHERS[node.op]?.(node) ?? []) : []

const MATCHERS: { readonly [op: string]: (node: Node) => Iterable<Bend> } = {
  Max: larger,
  Where: chosen,
  Add: (node) => sum(node, 1),
  Sub: (node) => sum(node, -1),
}

/** max(x, a·x): of a slope of 0 an infinity makes NaN, of a steeper one than 1 this is the wrong one. */
function* larger(node: Node): Generator<Bend> {
  const [left, right] = node.inputs
  if (node.inputs.length !== 2 || !left || !right || left === right) return
  const holds = (slope: number): boolean => slope > 0 && slope <= 1
  for (const [x, scaled] of [
    [left, right],
    [right, left],
  ] as const) {
    const multiple = multipleOf(scaled, x)
    if (multiple) yield { ...multiple, nodes: [node, ...multiple.nodes], holds }
  }
}

/** Which input of a Where is taken above zero, by what compares x with 0. */
const ABOVE: { readonly [op: string]: 1 | 2 } = { Greater: 1, GreaterOrEqual: 1, Less: 2, LessOrEqual: 2 }

/** x > 0 ? x : a·x. NaN is NaN in both; which zero they give at 0 is open, for onnxruntime's Where makes 0 of −0. */
function* chosen(node: Node): Generator<Bend> {
  const comparison = node.input(0).producer
  const named = comparison?.domain === '' ? ABOVE[comparison.op] : undefined
  if (!comparison || !named) return
  const isMirrored = constantNumber(comparison.inputs[0]) === 0
  const [x, zero] = [comparison.input(isMirrored ? 1 : 0), comparison.input(isMirrored ? 0 : 1)]
  const above = isMirrored ? 3 - named : named
  if (constantNumber(zero) !== 0 || node.input(above) !== x) return
  const multiple = multipleOf(node.input(3 - above), x)
  const nodes = [node, comparison, ...(multiple?.nodes ?? [])]
  if (multiple) yield { ...multiple, nodes, holds: Number.isFinite }
}

/** The value as a multiple of x, which it is not itself. */
function multipleOf(value: Value, x: Value): Multiple | undefined {
  for (const multiple of multiplesOf(value))
    if (multiple.base === x && multiple.nodes.length > 0) return multiple
  return undefined
}

/** relu(x) + a·min(x, 0), and relu(x) − a·relu(−x). A Clip without a lower bound is none: of −∞ it makes the lowest number. */
function* sum(node: Node, sign: 1 | -1): Generator<Bend> {
  const sides = [
    { value: node.input(0), sign: 1 },
    { value: node.input(1), sign },
  ] as const
  for (const [above, below] of [sides, sides.toReversed()]) {
    const positive = above && positivePart(above.value, above.sign)
    const negative = positive && below && negativePart(below.value, positive.x)
    if (!negative || !below) continue
    const number = negative.number * below.sign
    const nodes = [node, ...positive.nodes, ...negative.nodes]
    yield { ...negative, number, nodes, holds: Number.isFinite }
  }
}

/** x of Relu(x) with the sign that it is added with. */
function positivePart(
  value: Value,
  sign: number,
): { readonly x: Value; readonly nodes: readonly Node[] } | undefined {
  for (const { base, number, vector, nodes } of multiplesOf(value)) {
    const relu = producerOf(base, 'Relu')
    if (relu && relu.graph === value.graph && number * sign === 1 && !vector)
      return { x: relu.input(0), nodes: [relu, ...nodes] }
  }
  return undefined
}

/** The value as a multiple of x below zero, and 0 above. */
function negativePart(value: Value, x: Value): Multiple | undefined {
  for (const multiple of multiplesOf(value)) {
    const node = multiple.base.producer
    if (node?.domain !== '' || node.graph !== value.graph) return undefined
    const part = PARTS[node.op]?.(node, x)
    if (part)
      return {
        base: x,
        number: multiple.number * part.number,
        vector: multiple.vector,
        nodes: [node, ...multiple.nodes, ...part.nodes],
      }
  }
  return undefined
}

type Part = Pick<Multiple, 'number' | 'nodes'>

/** Operators as a number times min(x, 0). */
const PARTS: { readonly [op: string]: (node: Node, x: Value) => Part | undefined } = {
  Min: ({ inputs }, x) => {
    const zero = inputs[inputs[0] === x ? 1 : 0]
    const isPart = inputs.length === 2 && inputs.includes(x) && constantNumber(zero) === 0
    return isPart ? { number: 1, nodes: [] } : undefined
  },
  Relu: (node, x) => {
    const operand = node.input(0)
    const nodes = negation(operand, x)
    if (nodes) return { number: -1, nodes }
    return negation(x, operand) && { number: -1, nodes: [] }
  },
}

/** The nodes that make `value` of `of` by changing its sign. */
function negation(value: Value, of: Value): readonly Node[] | undefined {
  const multiple = multipleOf(value, of)
  return multiple?.number === -1 && !multiple.vector ? multiple.nodes : undefined
}
