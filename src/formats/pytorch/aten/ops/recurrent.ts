import { composites, dimName, type Value } from '../../../../graph/index.ts'
import type { Arguments } from '../arguments.ts'
import type { OperatorContext } from '../context.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'
import { noteRecurrentDropout } from './dropout.ts'

type Options = Parameters<typeof composites.recurrent>[2]
type Direction = Options['layers'][number][number]

/** Weights as PyTorch lists them: for each layer and direction w_ih, w_hh and, where there are biases, b_ih, b_hh. */
function layersOf(c: OperatorContext, args: Arguments): Direction[][] {
  const weights = args.values('params')
  const layers = args.number('num_layers')
  const directions = args.bool('bidirectional') ? 2 : 1
  const step = weights.length / (layers * directions)
  // A projection adds a fifth weight to each.
  if (step !== 2 && step !== 4) return c.refuse('weights with a projection')
  return Array.from({ length: layers }, (_, layer) =>
    Array.from({ length: directions }, (__, direction) => {
      const at = (layer * directions + direction) * step
      const [input, recurrent, inputBias, recurrentBias] = weights.slice(at, at + step)
      if (!input || !recurrent) return c.fail('weights are missing')
      return { input, recurrent, inputBias, recurrentBias }
    }),
  )
}

type Layers = Pick<Options, 'cell' | 'activation'>

interface Ran {
  readonly output: Value
  readonly hidden: Value
  readonly cell: Value | undefined
}

const run = (c: OperatorContext, args: Arguments, options: Layers, states: readonly Value[]): Ran =>
  args.has('input') ? runPadded(c, args, options, states) : runPacked(c, args, options, states)

/** Runs [T, N, input], or batch first; a sequence without a batch gets one. */
function runPadded(c: OperatorContext, args: Arguments, options: Layers, states: readonly Value[]): Ran {
  const input = args.value('input')
  const isSingle = input.rank === 2
  const batchFirst = args.bool('batch_first')
  const lift = (value: Value, axis: number): Value =>
    isSingle ? composites.unsqueeze(c.b, value, [axis]) : value
  const drop = (value: Value, axis: number): Value =>
    isSingle ? composites.squeeze(c.b, value, [axis]) : value
  const batchAxis = batchFirst ? 0 : 1
  const lifted = states.map((state) => lift(state, 1))
  const sequence = lift(input, batchAxis)
  const [batch, rows] = [sequence.dims[batchAxis], lifted[0]?.dims[1]]
  if (typeof batch === 'number' && typeof rows === 'number' && batch !== rows)
    return c.fail(`the state has ${rows} rows, and the batch ${batch}`)
  const result = runLayers(c, args, { ...options, batchFirst }, sequence, lifted)
  return {
    output: drop(result.output, batchAxis),
    hidden: drop(result.hidden, 1),
    cell: result.cell && drop(result.cell, 1),
  }
}

/** Runs what was packed beside each other, each sequence to its own end. The states tell how many there are. */
function runPacked(c: OperatorContext, args: Arguments, options: Layers, states: readonly Value[]): Ran {
  const packed = { data: args.value('data'), batchSizes: args.value('batch_sizes') }
  const batch = states[0]?.dims[1] ?? c.fail('a state is needed')
  const { padded, lengths, valid } = composites.unpackSequence(c.b, packed, batch)
  const result = runLayers(c, args, { ...options, lengths: c.cast(lengths, 'int32') }, padded, states)
  return { ...result, output: composites.packedBy(c.b, result.output, valid) }
}

function runLayers(
  c: OperatorContext,
  args: Arguments,
  options: Layers & Pick<Options, 'batchFirst' | 'lengths'>,
  sequence: Value,
  states: readonly Value[],
): Ran {
  noteRecurrentDropout(c, args)
  const layers = layersOf(c, args)
  const [hidden, cell] = states
  const hiddenSize = hidden?.dims.at(-1)
  if (typeof hiddenSize !== 'number') return c.refuse('a dynamic hidden size')
  const stacked = layers.length * (layers[0]?.length ?? 1)
  for (const state of states)
    if (state.dims[0] !== stacked)
      return c.fail(`a state has ${dimName(state.dims[0] ?? 0)} layers, and the module ${stacked}`)
  return composites.recurrent(c.b, sequence, {
    ...options,
    layers,
    hiddenSize,
    initialHidden: hidden,
    initialCell: cell,
  })
}

const lstm: Evaluate = (c, args) => {
  const { output, hidden, cell } = run(c, args, { cell: 'lstm' }, args.values('hx'))
  return cell ? c.wrapAll(output, hidden, cell) : c.fail('no cell state')
}

const single =
  (options: Layers): Evaluate =>
  (c, args) => {
    const { output, hidden } = run(c, args, options, [args.value('hx')])
    return c.wrapAll(output, hidden)
  }

const cellWeights = (args: Arguments): Direction => ({
  input: args.value('w_ih'),
  recurrent: args.value('w_hh'),
  inputBias: args.optionalValue('b_ih'),
  recurrentBias: args.optionalValue('b_hh'),
})

const lstmCell: Evaluate = (c, args) => {
  const [before, content] = args.values('hx')
  if (!before || !content) return c.fail('two states are needed')
  const state = { hidden: before, cell: content }
  const { hidden, cell } = composites.lstmCell(c.b, args.value('input'), state, cellWeights(args))
  return c.wrapAll(hidden, cell)
}

const gruCell: Evaluate = (c, args) =>
  c.wrap(composites.gruCell(c.b, args.value('input'), args.value('hx'), cellWeights(args)))

const plainCell =
  (activation: 'tanh' | 'relu'): Evaluate =>
  (c, args) =>
    c.wrap(composites.rnnCell(c.b, args.value('input'), args.value('hx'), cellWeights(args), activation))

/** Recurrent layers and their cells. */
export const RECURRENT: OperatorTable = {
  lstm,
  gru: single({ cell: 'gru' }),
  rnn_tanh: single({ cell: 'rnn', activation: 'Tanh' }),
  rnn_relu: single({ cell: 'rnn', activation: 'Relu' }),
  lstm_cell: lstmCell,
  gru_cell: gruCell,
  rnn_tanh_cell: plainCell('tanh'),
  rnn_relu_cell: plainCell('relu'),
}
