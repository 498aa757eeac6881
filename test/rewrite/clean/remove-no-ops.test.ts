import { describe, expect, it } from 'vitest'
import { type Builder, MemoryTensor, tensorOf, type Value } from '../../../src/graph/index.ts'
import { bodyOf, rewritten } from '../rewritten.ts'
import { modelOf, operators } from '../small-models.ts'

type Build = (b: Builder, x: Value) => Value

const flag = (b: Builder, on: boolean, dims: readonly number[] = []) =>
  b.constant(new MemoryTensor('bool', dims, Uint8Array.of(on ? 1 : 0)))
const filled = (b: Builder, dims: readonly number[], value: number) =>
  b.constant(
    tensorOf(
      'float32',
      dims,
      Array.from({ length: dims.reduce((a, c) => a * c, 1) }, () => value),
    ),
  )
/** As a file has it: the builder would not emit it. */
const node = (b: Builder, op: string, inputs: readonly (Value | undefined)[], like: Value): Value =>
  b.graph.append({ op, inputs, outputs: [{ type: like.type }] }).output
const positive = (b: Builder, x: Value) => b.greater(x, b.scalar('float32', 0))
const asInts = (b: Builder, x: Value, rule: (ints: Value) => Value) =>
  b.cast(rule(b.cast(b.mul(x, b.scalar('float32', 9)), { to: 6 })), { to: 1 })
const asFlags = (b: Builder, x: Value, rule: (flags: Value) => Value) =>
  b.cast(rule(positive(b, x)), { to: 1 })

describe('remove-no-ops', () => {
  const passedOn: readonly (readonly [string, string, Build])[] = [
    ['a CastLike of the same dtype', 'CastLike', (b, x) => node(b, 'CastLike', [x, x], x)],
    ['a Dropout', 'Dropout', (b, x) => b.dropout(x)],
    [
      'a Dropout that is told not to train',
      'Dropout',
      (b, x) => b.dropout(x, { ratio: b.scalar('float32', 0.5), training_mode: flag(b, false) }),
    ],
    ['an Expand to its own dims', 'Expand', (b, x) => b.expand(x, b.int64s([1, 3, 4, 4]))],
    ['a Split into one', 'Split', (b, x) => b.split(x, { axis: 1, num_outputs: 1 })[0] ?? x],
    ['a Flatten of a matrix', 'Flatten', (b, x) => b.flatten(b.flatten(x))],
    ['a Squeeze of nothing', 'Squeeze', (b, x) => node(b, 'Squeeze', [x, b.int64s([])], x)],
    ['a Tile by 1', 'Tile', (b, x) => b.tile(x, b.int64s([1, 1, 1, 1]))],
    ['a Gather of everything in order', 'Gather', (b, x) => b.gather(x, b.int64s([0, 1, 2]), { axis: 1 })],
    [
      'a Resize at a scale of 1',
      'Resize',
      (b, x) => b.resize(x, { scales: filled(b, [4], 1), mode: 'linear' }),
    ],
    [
      'a Resize to its own size',
      'Resize',
      (b, x) => b.resize(x, { sizes: b.int64s([4, 4]), axes: [2, 3], mode: 'cubic' }),
    ],
    ['a Clip without bounds', 'Clip', (b, x) => node(b, 'Clip', [x], x)],
    [
      'a Clip between infinities',
      'Clip',
      (b, x) =>
        b.clip(x, {
          min: b.scalar('float32', Number.NEGATIVE_INFINITY),
          max: b.scalar('float32', Number.POSITIVE_INFINITY),
        }),
    ],
    [
      'a ReduceSum over no axes',
      'ReduceSum',
      (b, x) => b.reduceSum(x, { axes: b.int64s([]), noop_with_empty_axes: 1 }),
    ],
    [
      'a ReduceMax over axes of one element',
      'ReduceMax',
      (b, x) => b.reduceMax(b.reduceMean(x, { axes: b.int64s([1]) }), { axes: b.int64s([1]) }),
    ],
    ['a Sum of one', 'Sum', (b, x) => b.sum([x])],
    ['a Mean of one', 'Mean', (b, x) => b.mean([x])],
    ['a Max of one', 'Max', (b, x) => b.max([x])],
    ['a Min of twice the same', 'Min', (b, x) => b.min([x, x])],
    ['multiplying by a table of ones', 'Mul', (b, x) => b.mul(filled(b, [3, 4, 4], 1), x)],
    ['dividing by float16 1', 'Div', (b, x) => b.div(b.cast(x, { to: 10 }), b.scalar('float16', 1))],
    ['the power of 1', 'Pow', (b, x) => b.pow(x, b.scalar('float32', 1))],
    ['an And with true', 'And', (b, x) => asFlags(b, x, (flags) => b.and(flag(b, true), flags))],
    ['an Or with false', 'Or', (b, x) => asFlags(b, x, (flags) => b.or(flags, flag(b, false)))],
    ['an Or with itself', 'Or', (b, x) => asFlags(b, x, (flags) => b.or(flags, flags))],
    ['a Xor with false', 'Xor', (b, x) => asFlags(b, x, (flags) => b.xor(flags, flag(b, false)))],
    [
      'a BitwiseAnd with −1',
      'BitwiseAnd',
      (b, x) => asInts(b, x, (ints) => b.bitwiseAnd(ints, b.scalar('int32', -1))),
    ],
    ['a Where of true', 'Where', (b, x) => b.where(flag(b, true, [1]), x, b.exp(x))],
    ['a Where of false', 'Where', (b, x) => b.where(flag(b, false), b.exp(x), x)],
    ['a Where between the same', 'Where', (b, x) => b.where(positive(b, x), x, x)],
    ['Neg twice', 'Neg', (b, x) => b.neg(b.neg(x))],
    ['Not twice', 'Not', (b, x) => asFlags(b, x, (flags) => b.not(b.not(flags)))],
  ]
  it.each(passedOn)('removes %s', async (_, op, build) => {
    const left = operators(await rewritten(modelOf((b, x) => b.tanh(build(b, b.sin(x))))))
    expect(left.filter((each) => each === op)).toHaveLength(op === 'Flatten' ? 1 : 0)
  })

  it.each([
    ['Abs', (b: Builder, x: Value) => b.abs(b.abs(x))],
    ['Relu', (b: Builder, x: Value) => b.relu(b.relu(x))],
    ['Floor', (b: Builder, x: Value) => b.floor(b.floor(b.mul(x, b.scalar('float32', 9))))],
  ])('keeps one %s of two', async (op, build) => {
    const left = operators(await rewritten(modelOf((b, x) => b.tanh(build(b, x)))))
    expect(left.filter((each) => each === op)).toHaveLength(1)
  })

  it('rounds what is rounded once', async () => {
    const left = operators(
      await rewritten(modelOf((b, x) => b.exp(b.ceil(b.round(b.mul(x, b.scalar('float32', 9))))))),
    )
    expect(left).not.toContain('Ceil')
  })

  const kept: readonly (readonly [string, string, Build])[] = [
    [
      'a Resize that shifts by half an element',
      'Resize',
      (b, x) =>
        b.resize(x, {
          scales: filled(b, [4], 1),
          mode: 'nearest',
          nearest_mode: 'ceil',
          coordinate_transformation_mode: 'tf_half_pixel_for_nn',
        }),
    ],
    [
      'a Resize by a scale that only rounds to the same size',
      'Resize',
      (b, x) => b.resize(x, { scales: b.constant(tensorOf('float32', [4], [1, 1, 1.2, 1])), mode: 'linear' }),
    ],
    ['a Gather in another order', 'Gather', (b, x) => b.gather(x, b.int64s([1, 0, 2]), { axis: 1 })],
    [
      'a ReduceSumSquare over one element',
      'ReduceSumSquare',
      (b, x) => b.reduceSumSquare(b.reduceMean(x, { axes: b.int64s([1]) }), { axes: b.int64s([1]) }),
    ],
    ['a Clip with one bound', 'Clip', (b, x) => b.clip(x, { max: b.scalar('float32', 0.5) })],
    ['an And with false', 'And', (b, x) => asFlags(b, x, (flags) => b.and(flags, flag(b, false)))],
    [
      'multiplying by a table that is not all ones',
      'Mul',
      (b, x) => b.mul(x, b.constant(tensorOf('float32', [4], [1, 1, 1, 2]))),
    ],
    [
      'a Where whose result is wider than what it takes',
      'Where',
      (b, x) => b.where(flag(b, true), b.reduceMean(x, { axes: b.int64s([1]) }), x),
    ],
    ['a Sum of one added to another', 'Add', (b, x) => b.add(b.sum([x]), b.exp(x))],
    ['a Floor of an Abs', 'Floor', (b, x) => b.floor(b.abs(b.mul(x, b.scalar('float32', 9))))],
  ]
  it.each(kept)('keeps %s', async (_, op, build) => {
    expect(operators(await rewritten(modelOf((b, x) => b.tanh(build(b, x)))))).toContain(op)
  })

  it('keeps the mask of a Dropout', async () => {
    const model = modelOf((b, x) => {
      const [y, mask] = b.dropout(x, { optionalOutputs: true })
      return y && mask ? b.where(mask, y, b.exp(y)) : x
    })
    expect(operators(await rewritten(model))).toContain('Dropout')
  })

  it('removes an Identity whose type is not known', async () => {
    const model = modelOf((b, x) => {
      const [value] = b.if(positive(b, b.reduceMax(x, { keepdims: 0 })), {
        then_branch: bodyOf(b, (inner) => [inner.reduceMax(x, { keepdims: 0 })]),
        else_branch: bodyOf(b, (inner) => [inner.exp(x)]),
      })
      return b.identity(b.tanh(b.identity(value ?? x)))
    })
    expect(operators(await rewritten(model))).not.toContain('Identity')
  })
})
