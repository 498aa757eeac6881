import { isFloat, knownIntegers, type Node, type Value } from '../../../graph/index.ts'
import { constantNumber } from '../../match/constants.ts'
import type { Pass } from '../../pass.ts'

/** Removes operators that give back what they take: Identity, a Reshape to the same dims, multiplying by 1, … */
export const removeNoOps: Pass = {
  name: 'remove-no-ops',
  level: 'basic',
  run(model) {
    let removed = 0
    for (const node of model.graph.allNodes()) {
      const source = node.domain === '' ? NO_OPS[node.op]?.(node) : undefined
      if (!source || !node.output.isUsed || !sameType(source, node.output)) continue
      node.output.replaceUsesWith(source)
      removed++
    }
    return { node: removed }
  },
}

/** For each operator: the input that the node merely passes on, if it does. Type equality is checked for all of them. */
const NO_OPS: { readonly [op: string]: (node: Node) => Value | undefined } = {
  Identity: (node) => node.input(0),
  Dropout: (node) => (node.outputs[1]?.isUsed || node.inputs[2] ? undefined : node.input(0)),
  Cast: (node) => node.input(0),
  Reshape: (node) => node.input(0),
  Flatten: (node) => node.input(0),
  Squeeze: (node) => node.input(0),
  Unsqueeze: (node) => node.input(0),
  Expand: (node) => node.input(0),
  Concat: (node) => (node.inputs.length === 1 ? node.input(0) : undefined),
  Sum: onlyInput,
  Max: onlyInput,
  Min: onlyInput,
  Transpose: (node) => (isAscending(node.attribute('perm', 'ints')) ? node.input(0) : undefined),
  Pad: (node) => (isAll(knownIntegers(node.input(1)), 0) ? node.input(0) : undefined),
  Tile: (node) => (isAll(knownIntegers(node.input(1)), 1) ? node.input(0) : undefined),
  Slice: (node) => (isFullSlice(node) ? node.input(0) : undefined),
  // In floats −0 + 0 and −0 − −0 are 0: what leaves every number as it is is adding −0, and taking away 0.
  Add: (node) => neutral(node, isFloatResult(node) ? -0 : 0, [0, 1]),
  Sub: (node) => neutral(node, 0, [1]),
  Mul: (node) => neutral(node, 1, [0, 1]),
  Div: (node) => neutral(node, 1, [1]),
  Pow: (node) => neutral(node, 1, [1]),
}

function onlyInput(node: Node): Value | undefined {
  return node.inputs.length === 1 ? node.input(0) : undefined
}

/** The other operand, when one of the operands at `sides` is a constant filled with the neutral element. */
function neutral(node: Node, element: number, sides: readonly number[]): Value | undefined {
  const side = sides.find((index) => Object.is(constantNumber(node.input(index)), element))
  return side === undefined ? undefined : node.input(1 - side)
}

const isFloatResult = ({ output: { type } }: Node): boolean => type?.kind === 'tensor' && isFloat(type.dtype)

/** Same dtype, and dims that are identical numbers or symbols: then the result is the input, element by element. */
function sameType(a: Value, b: Value): boolean {
  if (a.type?.kind !== 'tensor' || b.type?.kind !== 'tensor')
    return a.type?.kind === b.type?.kind && a.type !== undefined
  const [left, right] = [a.type.dims, b.type.dims]
  return (
    a.type.dtype === b.type.dtype &&
    !!left &&
    !!right &&
    left.length === right.length &&
    left.every((dim, i) => dim === right[i])
  )
}

const isAscending = (perm: readonly number[] | undefined): boolean =>
  !!perm?.every((axis, index) => axis === index)

const isAll = (values: readonly unknown[] | undefined, wanted: number): boolean =>
  !!values?.every((value) => value === wanted)

/** Starts at 0 with step 1; that it also reaches the end is what the equality of dims says. */
function isFullSlice(node: Node): boolean {
  const steps = node.inputs[4]
  return isAll(knownIntegers(node.input(1)), 0) && (!steps || isAll(knownIntegers(steps), 1))
}
