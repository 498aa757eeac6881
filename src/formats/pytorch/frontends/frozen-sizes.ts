import { type Dim, type Model, type Node, symbolsOf, tensorData, type Value } from '../../../graph/index.ts'
import type { NamedGiven } from './signature.ts'

/** Operators that make one of many elements along some axes, with the input that names them, or the attribute. */
const MERGING: ReadonlySet<string> = new Set([
  'ReduceSum',
  'ReduceMean',
  'ReduceMax',
  'ReduceMin',
  'ReduceProd',
  'ReduceL1',
  'ReduceL2',
  'ReduceLogSumExp',
  'ReduceSumSquare',
  'Softmax',
  'LogSoftmax',
  'CumSum',
])

/**
 * Whether a trace may hold the size of its batch as a number: `y.sum(0) / len(y)` is `y.sum(0) / 2`. It computes across the
 * batch, and with a number of that size; of a batch of 1 the number may have vanished.
 *
 * @param size of the batch that was traced.
 */
export function mayHoldBatch({ graph, facts }: Model, size: number): boolean {
  const nodes = [...graph.allNodes()]
  if (
    !nodes.some((node) =>
      mergesAcross(node, (dim) => [...facts.keys()].some((name) => symbolsOf(dim).has(name))),
    )
  )
    return false
  return size <= 1 || nodes.some(({ inputs }) => inputs.some((input) => input && holdsNumber(input, size)))
}

function mergesAcross(node: Node, isOpen: (dim: Dim) => boolean): boolean {
  const [input] = node.inputs
  const [output] = node.outputs
  if (!MERGING.has(node.op) || input?.type?.kind !== 'tensor' || output?.type?.kind !== 'tensor') return false
  const [from, to] = [input.type.dims, output.type.dims]
  if (!from || !to) return false
  if (node.op.startsWith('Reduce'))
    return from.some((dim, axis) => isOpen(dim) && isGone(dim, axis, from, to))
  const axis = axisOf(node)
  const along = from[axis < 0 ? axis + from.length : axis]
  return along !== undefined && isOpen(along)
}

/** Of a reduction: it is 1, or there is one fewer of that size. */
const isGone = (dim: Dim, axis: number, from: readonly Dim[], to: readonly Dim[]): boolean =>
  from.length === to.length
    ? to[axis] !== dim
    : from.filter((each) => each === dim).length > to.filter((each) => each === dim).length

function axisOf(node: Node): number {
  const given = node.inputs[1]?.tensor
  if (node.op === 'CumSum' && given) return Number(tensorData(given)[0])
  const attribute = node.attributes.get('axis')
  return attribute?.type === 'int' ? attribute.value : -1
}

const holdsNumber = ({ tensor }: Value, size: number): boolean =>
  tensor?.dims.every((dim) => dim === 1) === true && Number(tensorData(tensor)[0]) === size

/** The sizes behind the batch that a request opens although the trace has numbers there: `L` of `x`, 6 when it was traced. */
export function openedSizes(
  given: readonly NamedGiven[],
  recorded: readonly NamedGiven[],
): readonly { readonly name: string; readonly traced: number }[] {
  const opened = new Map<string, number>()
  for (const [index, { given: argument }] of given.entries()) {
    const before = recorded[index]?.given
    if (argument.kind !== 'tensor' || before?.kind !== 'tensor') continue
    for (const [axis, dim] of argument.dims.entries()) {
      const traced = before.dims[axis]
      if (axis > 0 && typeof dim !== 'number' && typeof traced === 'number') opened.set(dim.name, traced)
    }
  }
  return [...opened].map(([name, traced]) => ({ name, traced }))
}

/** What a trace cannot be asked. */
export function traceWarning(opened: ReturnType<typeof openedSizes>): string {
  const names = opened.map(({ name }) => name).join(', ')
  const sizes = opened.map(({ name, traced }) => `${name}=${traced}`).join(', ')
  return (
    `The file is a trace, which holds what one run did: a loop, a branch or an int() over ${names} stays as it was at ${sizes}. ` +
    'Compare the result with the model at other sizes, or convert its source with arch='
  )
}
