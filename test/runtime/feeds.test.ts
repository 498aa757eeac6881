import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { checkFeeds } from '../../src/runtime/feeds.ts'
import type { Guard, TensorInfo } from '../../src/runtime/manifest.ts'
import { manifestOf } from './manifests.ts'

const IMAGE: TensorInfo = { name: 'image', dtype: 'float32', shape: ['N', 1, 2, 2] }

const check = (
  inputs: readonly TensorInfo[],
  feeds: Record<string, unknown>,
  guards: readonly Guard[] = [],
) => checkFeeds(manifestOf({ inputs, guards }), feeds)

describe('dims', () => {
  const cases: { title: string; shape: TensorInfo['shape']; feed: unknown; dims: number[] }[] = [
    {
      title: 'one free dim is solved from the length',
      shape: ['N', 1, 2, 2],
      feed: new Float32Array(8),
      dims: [2, 1, 2, 2],
    },
    { title: 'a fixed shape needs no dims', shape: [1, 3], feed: new Float32Array(3), dims: [1, 3] },
    { title: 'a scalar is one element', shape: [], feed: new Float32Array(1), dims: [] },
    {
      title: 'an expression is solved like a name',
      shape: ['2*N', 2],
      feed: new Float32Array(12),
      dims: [6, 2],
    },
    { title: 'an unnamed dim is free', shape: ['', 2], feed: new Float32Array(4), dims: [2, 2] },
    {
      title: 'several free dims come from { data, dims }',
      shape: ['N', 'L'],
      feed: { data: new Float32Array(6), dims: [2, 3] },
      dims: [2, 3],
    },
    {
      title: 'an input of unknown rank takes any',
      shape: ['...'],
      feed: { data: new Float32Array(6), dims: [1, 2, 3] },
      dims: [1, 2, 3],
    },
    {
      title: 'a Tensor brings its own',
      shape: ['N', 'L'],
      feed: { type: 'float32', dims: [3, 2], location: 'gpu-buffer' },
      dims: [3, 2],
    },
  ]
  it.each(cases)('$title', ({ shape, feed, dims }) => {
    const checked = check([{ name: 'x', dtype: 'float32', shape }], { x: feed })
    expect(checked.get('x')?.dims).toEqual(dims)
  })
})

it('a dim whose range holds 0 may be 0', () => {
  const past: TensorInfo = { name: 'past', dtype: 'float32', shape: ['N', 'P'], mayBeEmpty: ['P'] }
  const feed = { data: new Float32Array(0), dims: [2, 0] }
  expect(check([past], { past: feed }).get('past')?.dims).toEqual([2, 0])
})

describe('arrays', () => {
  it.each([
    ['int64', BigInt64Array.of(1n)],
    ['bool', Uint8Array.of(1)],
    ['uint8', Uint8ClampedArray.of(1)],
    ['float16', Float32Array.of(1)],
    ['float16', Uint16Array.of(0x3c00)],
    ['string', ['a']],
  ])('%s takes its array class', (dtype, data) => {
    expect(check([{ name: 'x', dtype, shape: [1] }], { x: data }).size).toBe(1)
  })
})

describe('refusals say which input, what was given and what is wanted', () => {
  const cases: {
    title: string
    inputs?: TensorInfo[]
    feeds: Record<string, unknown>
    guards?: Guard[]
    text: string
  }[] = [
    {
      title: 'a name the model does not have',
      feeds: { imgae: new Float32Array(4) },
      text: '[UNKNOWN_INPUT] net.pth has no input "imgae". It takes image: float32 [N, 1, 2, 2].',
    },
    {
      title: 'a missing input',
      feeds: {},
      text: '[MISSING_INPUT] input "image" of net.pth was given nothing. It takes float32 [N, 1, 2, 2].',
    },
    {
      title: 'an inherited name is no feed',
      inputs: [{ name: 'toString', dtype: 'float32', shape: [1] }],
      feeds: {},
      text: '[MISSING_INPUT] input "toString" of net.pth was given nothing. It takes float32 [1].',
    },
    {
      title: 'the wrong typed array',
      feeds: { image: new Uint8Array(4) },
      text: '[WRONG_TYPE] input "image" of net.pth was given a Uint8Array. It takes a Float32Array or a Tensor: float32 [N, 1, 2, 2].',
    },
    {
      title: 'a plain array',
      feeds: { image: [1, 2, 3, 4] },
      text: '[WRONG_TYPE] input "image" of net.pth was given a plain Array. It takes a Float32Array or a Tensor: float32 [N, 1, 2, 2].',
    },
    {
      title: 'int64 given as int32',
      inputs: [{ name: 'ids', dtype: 'int64', shape: ['N'] }],
      feeds: { ids: new Int32Array(1) },
      text: '[WRONG_TYPE] input "ids" of net.pth was given an Int32Array. It takes a BigInt64Array or a Tensor: int64 [N].',
    },
    {
      title: 'a Tensor of another type',
      feeds: { image: { type: 'float16', dims: [1, 1, 2, 2], location: 'cpu' } },
      text: '[WRONG_TYPE] input "image" of net.pth was given a float16 Tensor. It takes a Float32Array or a Tensor: float32 [N, 1, 2, 2].',
    },
    {
      title: 'a length that no batch gives',
      feeds: { image: new Float32Array(6) },
      text: '[WRONG_SHAPE] input "image" of net.pth was given 6 elements. It takes float32 [N, 1, 2, 2] (a multiple of 4 elements).',
    },
    {
      title: 'no element at all',
      feeds: { image: new Float32Array(0) },
      text: '[WRONG_SHAPE] input "image" of net.pth was given 0 elements. It takes float32 [N, 1, 2, 2] (a multiple of 4 elements).',
    },
    {
      title: 'dims of another rank',
      feeds: { image: { data: new Float32Array(4), dims: [2, 2] } },
      text: '[WRONG_SHAPE] input "image" of net.pth was given dims [2, 2]. It takes float32 [N, 1, 2, 2].',
    },
    {
      title: 'dims that do not hold the data',
      feeds: { image: { data: new Float32Array(4), dims: [2, 1, 2, 2] } },
      text: '[WRONG_SHAPE] input "image" of net.pth was given 4 elements with dims [2, 1, 2, 2], which hold 8. It takes float32 [N, 1, 2, 2].',
    },
    {
      title: 'two free dims without dims',
      inputs: [{ name: 'ids', dtype: 'int64', shape: ['N', 'L'] }],
      feeds: { ids: new BigInt64Array(6) },
      text: '[NEEDS_DIMS] input "ids" of net.pth is int64 [N, L]: its free dims cannot be told from 6 elements. Give { data, dims }.',
    },
    {
      title: 'two inputs that disagree on a shared dim',
      inputs: [
        { name: 'ids', dtype: 'int64', shape: ['N'] },
        { name: 'mask', dtype: 'int64', shape: ['N'] },
      ],
      feeds: { ids: new BigInt64Array(2), mask: new BigInt64Array(3) },
      text: '[WRONG_SHAPE] input "mask" of net.pth was given N = 3, where the other dims make it 2.',
    },
    {
      title: 'an expression of dims that does not come out',
      inputs: [
        { name: 'a', dtype: 'float32', shape: ['N'] },
        { name: 'b', dtype: 'float32', shape: ['2*N'] },
      ],
      feeds: { a: new Float32Array(2), b: new Float32Array(5) },
      text: '[WRONG_SHAPE] input "b" of net.pth was given 2*N = 5, where the other dims make it 4.',
    },
    {
      title: 'a size that the conversion ruled out',
      inputs: [{ name: 'x', dtype: 'float32', shape: ['H'] }],
      feeds: { x: new Float32Array(100) },
      guards: [{ condition: 'H >= 224', at: 'model.py:12' }],
      text:
        '[GUARD_FAILED] net.pth was given H = 100, but its conversion relies on H >= 224 (model.py:12). ' +
        'Give a size that fits, or convert for this one with input=.',
    },
    {
      title: 'a named dim of 0',
      feeds: { image: { data: new Float32Array(0), dims: [0, 1, 2, 2] } },
      text:
        '[WRONG_SHAPE] input "image" of net.pth was given N = 0, but its conversion takes N to be at least 1. ' +
        'Give at least one, or convert it with a range that holds 0: input=image:float32[N=2(0..),1,2,2].',
    },
    {
      title: 'a named dim of 0 beside one that no query can name',
      inputs: [{ name: 'past', dtype: 'float32', shape: ['', 'P'] }],
      feeds: { past: { data: new Float32Array(0), dims: [2, 0] } },
      text: 'convert it with a range that holds 0: P=2(0..) in input=.',
    },
    {
      title: 'a size outside of the range that was given',
      inputs: [{ name: 'x', dtype: 'float32', shape: ['H'] }],
      feeds: { x: new Float32Array(8) },
      guards: [{ condition: 'H >= 32', at: 'range of the input' }],
      text: '[GUARD_FAILED] net.pth was given H = 8, but its conversion relies on H >= 32 (range of the input).',
    },
    {
      title: 'a type that no array holds',
      inputs: [{ name: 'x', dtype: 'bfloat16', shape: [1] }],
      feeds: { x: new Uint16Array(1) },
      text: '[UNSUPPORTED_TYPE] input "x" of net.pth is bfloat16, which no JavaScript array holds.',
    },
  ]
  it.each(cases)('$title', ({ inputs = [IMAGE], feeds, guards = [], text }) => {
    expect(() => check(inputs, feeds, guards)).toThrow(text)
  })

  it('a bare array instead of named feeds', () => {
    const feeds: unknown = new Float32Array(4)
    expect(() => checkFeeds(manifestOf(), Object(feeds))).toThrow(
      '[MISSING_INPUT] net.pth takes its inputs by name: run({ image: … }).',
    )
  })
})

describe('guards', () => {
  const warnings = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  afterEach(() => warnings.mockClear())
  afterAll(() => warnings.mockRestore())

  it('that hold are passed without a word', () => {
    const guards = [
      { condition: 'N >= 1', at: 'model.py:1' },
      { condition: 'floor((N + 31)/32) <= max(N, 7)', at: 'model.py:2' },
    ]
    expect(check([IMAGE], { image: new Float32Array(4) }, guards).size).toBe(1)
    expect(warnings).not.toHaveBeenCalled()
  })

  it('that the dims of the inputs do not tell are passed, and warned of once a model', () => {
    const guards = [
      { condition: 'N >= 1', at: 'model.py:1' },
      { condition: 'dim_1x2y3z <= 7', at: 'model.py:2' },
    ]
    const manifest = manifestOf({ inputs: [IMAGE], guards })
    for (const batch of [1, 2]) checkFeeds(manifest, { image: new Float32Array(4 * batch) })
    expect(warnings.mock.calls).toEqual([
      [
        '[GUARD_UNCHECKED] The conversion of net.pth relies on what cannot be checked here: dim_1x2y3z <= 7 (model.py:2). ' +
          'Where it does not hold, the results are wrong. To be sure, fix the sizes with input=, or forbid such decisions with guards=strict.',
      ],
    ])
  })

  it('are shown by their beginning where they are long', () => {
    const guards = [{ condition: `${'N + '.repeat(400)}N == 0`, at: 'model.py:1' }]
    const shown = `N${' + N'.repeat(49)} + …`
    expect(() => check([IMAGE], { image: new Float32Array(4) }, guards)).toThrow(
      `relies on ${shown} (model.py:1)`,
    )
  })
})
