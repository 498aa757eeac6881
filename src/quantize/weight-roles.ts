import type { Node, Tensor, Value } from '../graph/index.ts'

/**
 * Where operators take weights, and along which axes those have an output channel of their own: what a channel's scale
 * can be divided out of again. `undefined`: the input is no weight.
 */
type Role = (node: Node, input: number, rank: number) => readonly number[] | undefined

const upTo = (count: number): number[] => Array.from({ length: count }, (_, axis) => axis)

const recurrent: Role = (_, input) => (input === 1 || input === 2 ? [0, 1] : undefined)

const ROLES: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['Conv', (_, input) => (input === 1 ? [0] : undefined)],
  ['ConvTranspose', (_, input) => (input === 1 ? [1] : undefined)],
  // Batches of matrices have channels in each.
  ['MatMul', (_, input, rank) => [...upTo(rank - 2), input === 1 ? rank - 1 : rank - 2]],
  ['Gemm', gemmRole],
  // One scale a row, as an embedding is read.
  [
    'Gather',
    (node, input, rank) =>
      input === 0 ? upTo((((node.attribute('axis', 'int') ?? 0) + rank) % rank) + 1) : undefined,
  ],
  ['LSTM', recurrent],
  ['GRU', recurrent],
  ['RNN', recurrent],
])

function gemmRole(node: Node, input: number): readonly number[] | undefined {
  if (input > 1) return undefined
  const transposed = (node.attribute(input === 0 ? 'transA' : 'transB', 'int') ?? 0) !== 0
  return [transposed === (input === 1) ? 0 : 1]
}

/** One place where a node reads a constant as its weights. */
export interface WeightUse {
  readonly node: Node
  readonly input: number
  readonly constant: Value
  readonly tensor: Tensor
  /** Axes of the constant, ascending, that are output channels here. */
  readonly channelAxes: readonly number[]
  /** How the node sees the constant: `view[i] = constant[perm[i]]`; undefined when it sees it as it lies. */
  readonly perm: readonly number[] | undefined
}

/** Weights of at least rank 2 that a node of a known role reads, as they lie or through one Transpose. */
export function weightUses(node: Node): WeightUse[] {
  const role = node.domain === '' ? ROLES.get(node.op) : undefined
  if (!role) return []
  return node.inputs.flatMap((value, input) => {
    const source = value && sourceOf(value)
    const rank = source?.tensor.dims.length ?? 0
    const axes = source && rank >= 2 ? role(node, input, rank) : undefined
    if (!source || !axes) return []
    const channelAxes = axes.map((axis) => source.perm?.[axis] ?? axis).sort((a, b) => a - b)
    return [{ node, input, ...source, channelAxes }]
  })
}

function sourceOf(value: Value): Pick<WeightUse, 'constant' | 'tensor' | 'perm'> | undefined {
  if (value.tensor) return { constant: value, tensor: value.tensor, perm: undefined }
  const { producer } = value
  const constant = producer?.op === 'Transpose' ? producer.inputs[0] : undefined
  if (!producer || !constant?.tensor) return undefined
  const { tensor } = constant
  const reversed = tensor.dims.map((_, axis) => tensor.dims.length - 1 - axis)
  return { constant, tensor, perm: producer.attribute('perm', 'ints') ?? reversed }
}
