import { describe, expect, it } from 'vitest'
import { type Builder, composites, tensorOf, type Value } from '../../../../src/graph/index.ts'
import { type Build, evaluate, expectClose, type Written } from '../../../support/evaluate.ts'
import { recorded } from './recorded.ts'

const c = composites

/** How the composites say what a recorded case says; `fixed` axes of the first input cannot be dynamic. */
interface Case {
  readonly build: Build
  /** Axes of the first input that the operation needs as numbers. @default none */
  readonly fixed?: readonly number[]
  /** Run with numbers only: a size that must be known stands everywhere. */
  readonly staticOnly?: boolean
}

const cases = new Map<string, Case>()

/** Inputs of a case are positional; a missing one is a mistake of the test. */
const on =
  (run: (b: Builder, x: Value, ...rest: Value[]) => Value | readonly Value[]): Build =>
  (b, [x, ...rest]) => {
    if (!x) throw new Error('a case without inputs')
    return run(b, x, ...rest)
  }

const add = (name: string, run: Parameters<typeof on>[0], limits: Omit<Case, 'build'> = {}): void => {
  cases.set(name, { build: on(run), ...limits })
}

for (const name of Object.keys(recorded.cases)) addPool(name)

function addPool(name: string): void {
  const match = /^(max|avg)_pool2d (.*?)(\d) by (\d), stride (\d), padding (\d)(, ceil)?$/.exec(name)
  if (!match) return
  const [, kind, variant = '', , kernel, stride, padding, ceil] = match
  const pair = (text: string | undefined) => [Number(text), Number(text)]
  const options = {
    kernel: pair(kernel),
    strides: pair(stride),
    padding: pair(padding),
    ceil: ceil !== undefined,
  }
  if (kind === 'max')
    add(name, (b, x) => (variant ? c.maxPoolWithIndices(b, x, options) : c.maxPool(b, x, options)))
  else
    add(name, (b, x) =>
      c.averagePool(b, x, {
        ...options,
        countIncludePad: !variant.startsWith('without'),
        divisor: variant.startsWith('over') ? 5 : undefined,
      }),
    )
}

add('max_pool1d without a batch', (b, x) => c.maxPool(b, x, { kernel: [3], strides: [2], dilations: [2] }))
add('avg_pool3d', (b, x) =>
  c.averagePool(b, x, { kernel: [2, 3, 2], strides: [1, 2, 2], padding: [1, 0, 1] }),
)
for (const name of Object.keys(recorded.cases)) {
  const match = /^adaptive_(avg|max)_pool2d \((\d), (\d)\) to \((\d|None), (\d)\)$/.exec(name)
  if (!match) continue
  const [, kind, height, width, first, second] = match
  const sizes = [first === 'None' ? undefined : Number(first), Number(second)]
  const even = sizes.every((size, axis) => size === undefined || Number([height, width][axis]) % size === 0)
  add(
    name,
    (b, x) => (kind === 'avg' ? c.adaptiveAveragePool(b, x, sizes) : c.adaptiveMaxPool(b, x, sizes)),
    {
      fixed: even && sizes.every((size) => size === 1) ? [] : [2, 3],
    },
  )
}
add('adaptive_avg_pool1d without a batch', (b, x) => c.adaptiveAveragePool(b, x, [3]), { fixed: [1] })

for (const mode of ['nearest', 'nearest-exact', 'bilinear', 'bicubic'] as const) {
  for (const sizes of [
    [10, 14],
    [1, 1],
    [3, 9],
  ])
    add(`${mode} to (${sizes.join(', ')})`, (b, x) => c.interpolate(b, x, { sizes }, { mode }))
  for (const scale of [2, 0.5, 1.5, 1.3])
    add(
      `${mode} by ${Number.isInteger(scale) ? `${scale}.0` : scale}`,
      (b, x) => c.interpolate(b, x, { scales: [scale, scale] }, { mode }),
      { fixed: scale > 1 && scale < 2 ? [2, 3] : [] },
    )
}
for (const mode of ['bilinear', 'bicubic'] as const) {
  add(`${mode} with aligned corners`, (b, x) =>
    c.interpolate(b, x, { sizes: [9, 4] }, { mode, alignCorners: true }),
  )
  for (const sizes of [
    [3, 4],
    [9, 14],
  ])
    add(`${mode} with antialiasing to (${sizes.join(', ')})`, (b, x) =>
      c.interpolate(b, x, { sizes }, { mode, antialias: true }),
    )
}
for (const name of Object.keys(recorded.cases)) {
  const [, mode, how, wanted] = /^(nearest|nearest-exact) of \d+ (to|by) ([\d.]+)$/.exec(name) ?? []
  if (mode !== 'nearest' && mode !== 'nearest-exact') continue
  const target = how === 'to' ? { sizes: [1, Number(wanted)] } : { scales: [1, Number(wanted)] }
  add(name, (b, x) => c.interpolate(b, x, target, { mode }), { fixed: [2] })
}
add('linear', (b, x) => c.interpolate(b, x, { sizes: [8] }, { mode: 'linear' }))
add('trilinear', (b, x) => c.interpolate(b, x, { sizes: [5, 6, 4] }, { mode: 'trilinear' }))
add('nearest in 3-D', (b, x) => c.interpolate(b, x, { scales: [2, 2, 2] }, { mode: 'nearest' }))
add('nearest by 0.29', (b, x) => c.interpolate(b, x, { scales: [1, 0.29] }, { mode: 'nearest' }), {
  fixed: [3],
})

const DIVISIONS = {
  floor_divide: c.floorDivide,
  trunc_divide: c.truncDivide,
  remainder: c.remainder,
  fmod: c.fmod,
}
for (const dtype of ['int64', 'int32', 'float32'])
  for (const [name, divide] of Object.entries(DIVISIONS))
    add(`${name} ${dtype}`, (b, x, ...rest) => divide(b, x, second(rest)), { staticOnly: true })
add('remainder of fractions', (b, x, ...rest) => c.remainder(b, x, second(rest)), { staticOnly: true })
add('trunc', (b, x) => c.truncate(b, x))

add('clamp', (b, x) => c.clamp(b, x, { min: -0.5, max: 0.75 }))
add('clamp from below', (b, x) => c.clamp(b, x, { min: 0.25 }))
add('clamp int64', (b, x) => c.clamp(b, x, { min: -3, max: 4 }))
add(
  'clamp by tensors',
  (b, x, ...rest) => c.clamp(b, x, { min: second(rest), max: b.add(second(rest), b.scalar('float32', 1)) }),
  { fixed: [1] },
)
add('clamp with crossed limits', (b, x) => c.clamp(b, x, { min: 1, max: -1 }))
add('gelu', (b, x) => c.gelu(b, x))
add('gelu tanh', (b, x) => c.gelu(b, x, 'tanh'))
add('silu', (b, x) => c.silu(b, x))

add(
  'batch_norm',
  (b, x, scale, bias, mean, variance) =>
    c.batchNormalization(b, x, { scale, bias, mean: have(mean), variance: have(variance), epsilon: 1e-3 }),
  { fixed: [1] },
)
add(
  'batch_norm without affine of rank 2',
  (b, x, mean, variance) => c.batchNormalization(b, x, { mean: have(mean), variance: have(variance) }),
  { fixed: [1] },
)
add('instance_norm', (b, x, scale, bias) => c.instanceNormalization(b, x, { scale, bias }), { fixed: [1] })
add('instance_norm without affine', (b, x) => c.instanceNormalization(b, x), { fixed: [1] })
add('group_norm', (b, x, scale, bias) => c.groupNormalization(b, x, { groups: 3, scale, bias }), {
  fixed: [1],
})
add('group_norm of rank 3', (b, x) => c.groupNormalization(b, x, { groups: 2 }), { fixed: [1] })
add('layer_norm', (b, x, scale, bias) => c.layerNormalization(b, x, { axes: 2, scale, bias }), {
  fixed: [2, 3],
})
add('layer_norm without affine', (b, x) => c.layerNormalization(b, x), { fixed: [3] })
add('rms_norm', (b, x, scale) => c.rmsNormalization(b, x, { epsilon: 1e-6, scale }), { fixed: [3] })
add('normalize', (b, x) => c.lpNormalize(b, x, { axes: [1] }))
add('normalize by p 1', (b, x) => c.lpNormalize(b, x, { axes: [-1], p: 1 }))

add('slice 1:4', (b, x) => c.slice(b, x, 1, { start: 1, end: 4 }))
add('slice -3:', (b, x) => c.slice(b, x, 2, { start: -3 }))
add('slice :-2 of the first axis', (b, x) => c.slice(b, x, 0, { end: -2 }))
add('slice 1:100:2', (b, x) => c.slice(b, x, 1, { start: 1, end: 100, step: 2 }))
add('slice beyond the end', (b, x) => c.slice(b, x, 1, { start: 7, end: 9 }))
add('narrow', (b, x) => c.narrow(b, x, 2, 2, 3))
add('narrow from the end', (b, x) => c.narrow(b, x, 2, -3, 2))
add('select -2', (b, x) => c.select(b, x, 1, -2))
add('unbind', (b, x) => c.unbind(b, x, 1), { fixed: [1] })
add('flip', (b, x) => c.flip(b, x, [0, -1]))
for (const shift of [2, -1, 7, 0, -13]) add(`roll by ${shift}`, (b, x) => c.roll(b, x, 1, shift))
add('index [i]', (b, x, i) => c.index(b, x, [i]))
add('index [:, j]', (b, x, j) => c.index(b, x, [undefined, j]))
add('index [i, j]', (b, x, i, j) => c.index(b, x, [i, j]))
add('index [:, j, k]', (b, x, j, k) => c.index(b, x, [undefined, j, k]))
add('index [i, :, k]', (b, x, i, k) => c.index(b, x, [i, undefined, k]))
add('index [mask]', (b, x, mask) => c.index(b, x, [mask]))
add('index [:, :, last]', (b, x, mask) => c.index(b, x, [undefined, undefined, mask]))
add('index [i, mask of one axis]', (b, x, i, mask) => c.index(b, x, [i, mask]))
add('index_put [i]', (b, x, i, values) => c.indexPut(b, x, [i], have(values)))
add('index_put [:, j] with one number', (b, x, j, v) => c.indexPut(b, x, [undefined, j], have(v)))
add('index_put [i, j] added up', (b, x, i, j, v) => c.indexPut(b, x, [i, j], have(v), true))
add('index_put [mask] with one number', (b, x, mask, v) => c.indexPut(b, x, [mask], have(v)))
add('index_put [mask] with rows', (b, x, mask, v) => c.indexPut(b, x, [mask], have(v)))
add('assignment to [i, :, k]', (b, x, i, k, v) => c.indexPut(b, x, [i, undefined, k], have(v)))
add('masked_fill', (b, x, mask, v) => c.maskedFill(b, x, have(mask), have(v)))
add('gather', (b, x, g) => c.gatherAlong(b, x, 1, have(g)))
add('scatter', (b, x, indices, source) =>
  c.scatterAlong(b, x, 1, { indices: have(indices), source: have(source) }),
)
add('scatter one number', (b, x, indices, source) =>
  c.scatterAlong(b, x, 1, { indices: have(indices), source: have(source) }),
)
add('scatter_add', (b, x, indices, source) =>
  c.scatterAlong(b, x, 1, { indices: have(indices), source: have(source), reduction: 'add' }),
)

for (const name of Object.keys(recorded.cases)) {
  const match = /^(lstm|gru|rnn)(.*)$/.exec(name)
  if (!match) continue
  const [, cell, rest = ''] = match
  const directions = rest.includes('both directions') ? 2 : 1
  const layers = rest.includes('2 layers') ? 2 : 1
  const bias = !rest.includes('without bias')
  const kind = cell === 'lstm' || cell === 'gru' ? cell : 'rnn'
  add(
    name,
    (b, x, ...inputs) => {
      const states = rest.endsWith('from a state') ? inputs.splice(0, 2) : []
      const result = c.recurrent(b, x, {
        cell: kind,
        hiddenSize: 2,
        batchFirst: rest.includes('batch first'),
        activation: rest.includes('relu') ? 'Relu' : 'Tanh',
        initialHidden: states[0],
        initialCell: kind === 'lstm' ? states[1] : undefined,
        layers: Array.from({ length: layers }, () =>
          Array.from({ length: directions }, () => {
            const [input, recurrent, inputBias, recurrentBias] = inputs.splice(0, bias ? 4 : 2)
            return { input: have(input), recurrent: have(recurrent), inputBias, recurrentBias }
          }),
        ),
      })
      return [result.output, result.hidden, ...(result.cell ? [result.cell] : [])]
    },
    { fixed: [2] },
  )
}

for (const [size, kernel, dilation] of [
  [7, 3, 1],
  [8, 4, 2],
  [9, 2, 3],
] as const)
  add(
    `conv1d same ${size} by ${kernel}, dilation ${dilation}`,
    (b, x, w) =>
      b.conv(x, have(w), {
        dilations: [dilation],
        ...c.samePadding(x.dims.slice(2), { kernel: [kernel], dilations: [dilation] }),
      }),
    { fixed: [1] },
  )
const around = (axis: number, before: number, after: number) => [axis, [before, after]] as const
add('pad constant', (b, x) => c.padAxes(b, x, new Map([around(2, 1, 2), around(1, 0, 3)]), { value: 0.5 }))
add('pad cropping', (b, x) => c.padAxes(b, x, new Map([around(2, -1, 2)])))
add('pad reflect', (b, x) => c.padAxes(b, x, new Map([around(2, 2, 1)]), { mode: 'reflect' }))
add('pad replicate', (b, x) => c.padAxes(b, x, new Map([around(2, 2, 1)]), { mode: 'edge' }))
add('pad circular', (b, x) => c.padAxes(b, x, new Map([around(2, 2, 1)]), { mode: 'wrap' }))

add('fake_quantize', (b, x) =>
  c.quantizeDequantize(b, x, c.uniformParameters(b, 'uint8', { scale: 0.1, zeroPoint: 3 })),
)
add(
  'fake_quantize by channel',
  (b, x, scale) =>
    c.quantizeDequantize(b, x, {
      scale: have(scale),
      zeroPoint: b.constant(tensorOf('int8', [3], [0, 0, 0])),
      axis: 0,
    }),
  { fixed: [0] },
)

function have(value: Value | undefined): Value {
  if (!value) throw new Error('an input is missing')
  return value
}

const second = ([value]: readonly (Value | undefined)[]): Value => have(value)

describe(`composites beside torch ${recorded.torch}`, () => {
  it('are built for every recorded case', () => {
    expect([...cases.keys()].sort()).toEqual(Object.keys(recorded.cases).sort())
  })

  it.each([...cases])('%s, of fixed sizes', async (name, { build }) => {
    const { inputs, outputs } = wanted(name)
    const { results } = await evaluate(build, inputs)
    for (const [at, output] of outputs.entries()) expectClose(results[at], output)
    expect(results.map(({ dtype }) => dtype)).toEqual(outputs.map(({ dtype }) => dtype))
  })

  it.each([...cases].filter(([, { staticOnly }]) => !staticOnly))(
    '%s, of dynamic sizes',
    async (name, { build, fixed = [] }) => {
      const { inputs, outputs } = wanted(name)
      const axes = inputs[0]?.dims.map((_, axis) => axis).filter((axis) => !fixed.includes(axis)) ?? []
      const { results } = await evaluate(build, inputs, { symbolic: [axes] })
      for (const [at, output] of outputs.entries()) expectClose(results[at], output)
    },
  )
})

function wanted(name: string): { readonly inputs: readonly Written[]; readonly outputs: readonly Written[] } {
  const found = recorded.cases[name]
  if (!found) throw new Error(`${name} is not recorded`)
  return found
}
