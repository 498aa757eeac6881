import { ModelError } from '../../../errors/index.ts'
import { joinBytes } from '../../bytes/join.ts'
import { LazyTensor, type Tensor } from '../../tensor.ts'
import type { Value } from '../../value.ts'
import type { Builder } from '../builder.ts'
import { slice, splitSizes } from './indexing.ts'
import { permute, reshapeTo, squeeze, unsqueeze } from './shaping.ts'

export type Cell = 'lstm' | 'gru' | 'rnn'

/** Gates in blocks of H rows, as ONNX wants them: the block of the source that comes first, second, … */
const GATES: { readonly [cell in Cell]: { readonly count: number; readonly torch: readonly number[] } } = {
  /** PyTorch i f g o → ONNX i o f c. */
  lstm: { count: 4, torch: [0, 3, 1, 2] },
  /** PyTorch r z n → ONNX z r h. */
  gru: { count: 3, torch: [1, 0, 2] },
  rnn: { count: 1, torch: [0] },
}

/** Weights of one direction of one layer: [gates·H, input], [gates·H, H], and biases [gates·H]. */
export interface DirectionWeights {
  readonly input: Value
  readonly recurrent: Value
  readonly inputBias?: Value | undefined
  readonly recurrentBias?: Value | undefined
}

export interface RecurrentOptions {
  readonly cell: Cell
  /** One entry a layer, each with one direction or two (forward, backward). */
  readonly layers: readonly (readonly DirectionWeights[])[]
  readonly hiddenSize: number
  /** Order of the gates in the weights, as `GATES` gives ONNX's. @default PyTorch's */
  readonly gateOrder?: readonly number[] | undefined
  /** [N, T, input] in and out, instead of [T, N, input]. @default false */
  readonly batchFirst?: boolean | undefined
  /** [layers·directions, N, H]; zeros when absent. */
  readonly initialHidden?: Value | undefined
  readonly initialCell?: Value | undefined
  /** Length of each sequence, int32 [N]. */
  readonly lengths?: Value | undefined
  /** Of a plain RNN. @default 'Tanh' */
  readonly activation?: 'Tanh' | 'Relu' | undefined
  /** Of a GRU: the reset gate acts behind the product with the recurrent weights, as in PyTorch. @default true */
  readonly resetAfter?: boolean | undefined
}

export interface RecurrentResult {
  /** [T, N, directions·H], or batch first. */
  readonly output: Value
  /** [layers·directions, N, H] */
  readonly hidden: Value
  /** LSTM only. */
  readonly cell: Value | undefined
}

/**
 * Stacked, possibly bidirectional LSTM, GRU or RNN. Gates of constant weights are reordered when the weights are written,
 * not by the graph.
 */
export function recurrent(b: Builder, x: Value, options: RecurrentOptions): RecurrentResult {
  const { layers, batchFirst = false } = options
  let sequence = batchFirst ? permute(b, x, [1, 0, 2]) : x
  const hidden: Value[] = []
  const cells: Value[] = []
  layers.forEach((directions, layer) => {
    const result = runLayer(b, sequence, { directions, layer, options })
    sequence = result.output
    hidden.push(result.hidden)
    if (result.cell) cells.push(result.cell)
  })
  return {
    output: batchFirst ? permute(b, sequence, [1, 0, 2]) : sequence,
    hidden: joined(b, hidden),
    cell: cells.length > 0 ? joined(b, cells) : undefined,
  }
}

const joined = (b: Builder, states: readonly Value[]): Value => {
  const [first, second] = states
  return first && !second ? first : b.concat(states, { axis: 0 })
}

interface Layer {
  readonly directions: readonly DirectionWeights[]
  readonly layer: number
  readonly options: RecurrentOptions
}

function runLayer(b: Builder, x: Value, layer: Layer): RecurrentResult {
  const { directions, options } = layer
  const [w, r] = [weights(b, layer, 'input'), weights(b, layer, 'recurrent')]
  const common = {
    B: biases(b, layer),
    sequence_lens: options.lengths,
    initial_h: initialState(b, options.initialHidden, layer),
    hidden_size: options.hiddenSize,
    direction: directions.length === 2 ? 'bidirectional' : undefined,
  }
  if (options.cell === 'lstm') {
    const [y, h, c] = b.lstm(x, w, r, { ...common, initial_c: initialState(b, options.initialCell, layer) })
    return { output: merged(b, y), hidden: h, cell: c }
  }
  const [y, h] =
    options.cell === 'gru'
      ? b.gru(x, w, r, { ...common, ...gruAttributes(options) })
      : b.rnn(x, w, r, { ...common, ...rnnAttributes(layer) })
  return { output: merged(b, y), hidden: h, cell: undefined }
}

const gruAttributes = ({ resetAfter = true }: RecurrentOptions) => ({
  linear_before_reset: resetAfter ? 1 : 0,
})

const rnnAttributes = ({ directions, options: { activation = 'Tanh' } }: Layer) => ({
  activations: directions.map(() => activation),
})

/** [T, directions, N, H] → [T, N, directions·H]. */
function merged(b: Builder, y: Value): Value {
  const [steps = 0, directions = 1, batch = 0, hidden = 0] = y.dims
  if (directions === 1) return squeeze(b, y, [1])
  const turned = permute(b, y, [0, 2, 1, 3])
  return reshapeTo(b, turned, [steps, batch, Number(directions) * Number(hidden)])
}

/** The states of one layer's directions out of all. */
function initialState(
  b: Builder,
  state: Value | undefined,
  { directions, layer, options }: Layer,
): Value | undefined {
  if (!state || options.layers.length === 1) return state
  const start = layer * directions.length
  return slice(b, state, 0, { start, end: start + directions.length })
}

function weights(b: Builder, { directions, options }: Layer, kind: 'input' | 'recurrent'): Value {
  return stackedRows(
    b,
    directions.map((direction) => [direction[kind]]),
    options,
  )
}

/** Both biases of each direction, [directions, 2·gates·H]; one that is missing is zero. */
function biases(b: Builder, { directions, options }: Layer): Value | undefined {
  if (directions.every(({ inputBias, recurrentBias }) => !inputBias && !recurrentBias)) return undefined
  const rows = directions.map(({ inputBias, recurrentBias }) => {
    const present = inputBias ?? recurrentBias
    if (!present)
      throw new ModelError('MODEL_ERROR', { what: 'Only one direction has a bias', where: b.origin })
    const zeros = (): Value => b.mul(present, b.scalar(present.dtype, 0))
    return [inputBias ?? zeros(), recurrentBias ?? zeros()]
  })
  return stackedRows(b, rows, options)
}

/** For each direction its tensors one below the other, gates reordered; directions along a new first axis. */
function stackedRows(b: Builder, parts: readonly (readonly Value[])[], options: RecurrentOptions): Value {
  const order = options.gateOrder ?? GATES[options.cell].torch
  const tensors = parts.flat().map((value) => value.tensor)
  if (tensors.every((tensor) => tensor !== undefined))
    return b.constant(reorderedConstant(tensors, parts.length, order))
  const rows = parts.map((direction) => {
    const ordered = direction.map((value) => reordered(b, value, order))
    const [first, second] = ordered
    return unsqueeze(b, first && !second ? first : b.concat(ordered, { axis: 0 }), [0])
  })
  return joined(b, rows)
}

function reordered(b: Builder, value: Value, order: readonly number[]): Value {
  if (order.every((gate, at) => gate === at)) return value
  const rows = Number(value.dims[0]) / order.length
  const gates = splitSizes(
    b,
    value,
    order.map(() => rows),
    0,
  )
  return b.concat(
    order.map((gate) => gates[gate] ?? value),
    { axis: 0 },
  )
}

/** The same on bytes, done when they are asked for: a gate is a contiguous block of rows. */
function reorderedConstant(tensors: readonly Tensor[], directions: number, order: readonly number[]): Tensor {
  const [first] = tensors
  if (!first) throw new ModelError('INTERNAL', { what: 'A recurrent layer has no weights' })
  const [rows = 0, ...rest] = first.dims
  const dims = [directions, (rows * tensors.length) / directions, ...rest]
  return new LazyTensor(first.dtype, dims, () =>
    joinBytes(tensors.flatMap((tensor) => blocksOf(tensor.bytes(), order))),
  )
}

function blocksOf(bytes: Uint8Array, order: readonly number[]): Uint8Array[] {
  const size = bytes.byteLength / order.length
  return order.map((gate) => bytes.subarray(gate * size, (gate + 1) * size))
}
