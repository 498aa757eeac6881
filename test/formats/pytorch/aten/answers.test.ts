import { expect, it } from 'vitest'
import { runModel } from '../../../support/run-model.ts'
import { callSource } from '../call-source.ts'

const counting = (length: number): Float32Array => Float32Array.from({ length }, (_, at) => at)

/** What torch answers for x = 0, 1, 2 … in these dims, where some are dynamic and were tried at other sizes. */
const ANSWERS: readonly (readonly [
  name: string,
  body: readonly string[],
  dims: readonly number[],
  expected: readonly number[],
])[] = [
  ['a roll by one', ['return x.roll(1, 1)'], [1, 4], [3, 0, 1, 2]],
  ['a roll by more than there is', ['return x.roll(6, 1)'], [1, 4], [2, 3, 0, 1]],
  ['a roll by minus one', ['return x.roll(-1, 1)'], [1, 4], [1, 2, 3, 0]],
  ['a narrow that starts from the end', ['return x.narrow(1, -2, 2)'], [1, 5], [3, 4]],
  [
    'cosine similarity with a tensor that broadcasts along the dim',
    ['return F.cosine_similarity(x + 1, x[:, :1] + 1, dim=1)'],
    [1, 2],
    [3 / Math.sqrt(10)],
  ],
  [
    'cosine similarity with a tensor of fewer dims',
    ['return F.cosine_similarity(x.unsqueeze(0), x[0], dim=-1)'],
    [1, 3],
    [1],
  ],
  ['int() of a size below zero', ['return x + int((x.shape[1] - 8) * 0.5)'], [1, 3], [-2, -1, 0]],
  [
    'int() of a size above zero',
    ['return x + int((x.shape[1] - 8) * 0.5)'],
    [1, 11],
    [...counting(11)].map((v) => v + 1),
  ],
  [
    'Python integer division of one by a size',
    ['n = x.shape[1]', 'return x + n * (1 // n)'],
    [1, 3],
    [0, 1, 2],
  ],
]

it.each(ANSWERS)('%s', async (_, body, dims, expected) => {
  const { model, guards } = callSource(body, [
    { name: 'N', hint: 2 },
    { name: 'L', hint: 6 },
  ])
  expect(guards).toEqual([])
  const length = dims.reduce((product, size) => product * size, 1)
  const outputs = await runModel(model, { x: { dtype: 'float32', dims: [...dims], data: counting(length) } })
  expect([...(outputs.get('output')?.data ?? [])].map(Number)).toEqual(
    expected.map((value) => expect.closeTo(value, 5)),
  )
})

/** Its DivMulFusion reads (1 / n) * m as m / n, of integers too. */
it('no dim is divided out of a plain one, which the optimiser of onnxruntime gets wrong', () => {
  const { model } = callSource(
    ['return x.roll(1, 1) + x.shape[1] * (1 // x.shape[1])'],
    [2, { name: 'L', hint: 6 }],
  )
  const dividends = [...model.graph.nodes()]
    .filter(({ op }) => op === 'Div')
    .map(({ inputs: [first] }) => first?.content)
  expect(dividends).not.toContainEqual([1])
})

it('argmax of all elements keeps the dims that it is told to keep', () => {
  const { model } = callSource(['return x.argmax(keepdim=True), x.argmax()'], [2, 3])
  expect(model.graph.outputs.map(({ value }) => value.dims)).toEqual([[1, 1], []])
})

it('the maximum of two bools is or, and the minimum and', () => {
  const { model } = callSource(['return torch.max(x > 0, x > 1), torch.min(x > 0, x > 1)'], [2])
  expect([...model.graph.nodes()].map(({ op }) => op)).toEqual(expect.arrayContaining(['Or', 'And']))
})

it('new_tensor takes its dtype from the tensor it is called on', () => {
  const { model } = callSource(['return x.new_tensor([1, 2]), x.new_tensor([1.5], dtype=torch.int64)'], [2])
  expect(model.graph.outputs.map(({ value }) => value.dtype)).toEqual(['float32', 'int64'])
})

it('a batch norm that a file calls for training is warned of; F.batch_norm takes the statistics of its batch', () => {
  const file = 'return torch.batch_norm(x, None, None, torch.zeros(3), torch.ones(3), True, 0.1, 1e-5, False)'
  expect(callSource([file], [2, 3]).warnings).toEqual([
    'A batch norm is called for training; its running statistics were used',
  ])
  const own = 'return F.batch_norm(x, torch.zeros(3), torch.ones(3), training=True)'
  const { model, warnings } = callSource([own], [2, 3])
  expect(warnings).toEqual([])
  expect([...model.graph.nodes()].map(({ op }) => op)).not.toContain('BatchNormalization')
})

it('dropout outside of training says nothing', () => {
  expect(callSource(['return F.dropout(x, 0.5, False)'], [2, 3]).warnings).toEqual([])
})

/** GatherToSliceFusion of onnxruntime takes a Range of indices for the bounds of a Slice, where −1 is the last element. */
it.each(['torch.arange(x.shape[0] - 1, -1, -1)', 'torch.arange(-2, x.shape[0])'])(
  'no Range that an index is read from goes below 0: %s',
  (range) => {
    const { model } = callSource([`return x[${range}]`], [{ name: 'T' }, 3])
    const gathers = [...model.graph.nodes()].filter(({ op }) => op === 'Gather')
    expect(gathers.map(({ inputs }) => inputs[1]?.producer?.op)).not.toContain('Range')
  },
)
