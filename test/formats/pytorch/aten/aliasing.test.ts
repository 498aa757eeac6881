import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { DimSpec } from '../../../../src/graph/index.ts'
import { runModel } from '../../../support/run-model.ts'
import { fixturePath } from '../../../support/samples.ts'
import { callSource } from '../call-source.ts'

interface Case {
  readonly dims: readonly number[]
  readonly body: string
  readonly outputs: readonly { readonly dims: readonly number[]; readonly data: readonly number[] }[]
}

const CASES: readonly Case[] = JSON.parse(readFileSync(fixturePath('aliasing/cases.json'), 'utf8'))

const ROWS = CASES.map((row) => [row.body.replaceAll('\n', '; '), row.dims, row] as const)

const counting = (dims: readonly number[]): Float32Array =>
  Float32Array.from({ length: dims.reduce((product, size) => product * size, 1) }, (_, at) => at)

async function answers({ dims, body, outputs }: Case, given: readonly DimSpec[]): Promise<void> {
  const { model } = callSource(body.split('\n'), given)
  const isRead = model.graph.inputs.length > 0
  const results = await runModel(
    model,
    isRead ? { x: { dtype: 'float32', dims: [...dims], data: counting(dims) } } : {},
  )
  expect(
    [...results.values()].map((result) => ({
      dims: result.dims.map(Number),
      data: Array.from(result.data, Number),
    })),
  ).toEqual(outputs)
}

describe('a write reaches the tensors that it reaches in torch', () => {
  it.each(ROWS)('%s of [%s]', (_, dims, row) => answers(row, dims))
})

/** With the sizes of 1 fixed: where they are dynamic, what shares memory may depend on them. */
describe('a write reaches the same tensors when sizes are dynamic, or is refused', () => {
  const inNewTensor = ROWS.filter(([source]) => !/torch\.zeros|x\.mT\.reshape_as/.test(source))
  it.each(inNewTensor)('%s of [%s]', async (_, dims, row) => {
    const given = dims.map((size, axis) => (size > 1 ? { name: `d${axis}`, hint: size } : size))
    await answers(row, given).catch((error: unknown) => {
      expect(String(error)).toMatch(/written to in place|lie in memory is not known/)
    })
  })
})

const N = { name: 'N', hint: 2 }
const T = { name: 'T', hint: 5 }

describe('where sizes decide whether a result shares memory', () => {
  const body = ['y = x.transpose(1, 2).reshape(2, -1)']

  it('nothing is refused while none of the two is written to', () => {
    expect(() => callSource([...body, 'return x + 1, y + 1'], [2, T, 4])).not.toThrow()
  })

  it('the result may be written to when the other is not read again', () => {
    expect(() => callSource([...body, 'y += 1', 'y[0] = 2', 'return y'], [2, T, 4])).not.toThrow()
  })

  it.each([
    ['a write to the result leaves the input open', ['y += 1', 'return x']],
    ['a write to a part of the result does', ['y[0] += 1', 'return x[0]']],
    ['a write to the input leaves the result open', ['x += 1', 'return y']],
    ['a write to a part of the input does', ['x[0, 0] = 1', 'return y + 1']],
    ['a second result of the same input is open too', ['z = x.mT.reshape(2, -1)', 'y += 1', 'return z']],
    ['a view of an open tensor is open', ['z = x[0]', 'y += 1', 'return z']],
    ['contiguous() is such a result', ['z = x.mT.contiguous()', 'z += 1', 'return x']],
  ])('%s', (_, rest) => {
    expect(() => callSource([...body, ...rest], [2, T, 4])).toThrow(
      /torch\.(reshape|contiguous) cannot be converted here[\s\S]*depends on the sizes \[2, (T, 4|4, T)\]/,
    )
  })

  it('a tensor that is written as a whole is known again', () => {
    expect(() =>
      callSource([...body, 'y += 1', 'x.copy_(torch.ones(2, 1, 4))', 'return x'], [2, T, 4]),
    ).not.toThrow()
  })

  it('a bound on the size settles it', () => {
    const sizes = [2, { ...T, min: 2 }, 4]
    const { model } = callSource([...body, 'y += 1', 'return x, y'], sizes)
    expect([...model.graph.nodes()].map(({ op }) => op)).not.toContain('ScatterND')
  })

  it.each([
    ['rows of an image', ['y = x.flatten(1)', 'y += 1', 'return x'], [N, 3, T, { name: 'W', hint: 7 }]],
    ['a part along the first axis', ['y = x[1:].flatten(1)', 'y += 1', 'return x'], [N, 3, T]],
    ['a part along a later axis', ['y = x[:, :2].flatten(1)', 'y += 1', 'return x'], [N, 3, T]],
  ])('%s share memory whatever the sizes are', (_, lines, dims) => {
    expect(() => callSource(lines, dims)).not.toThrow()
  })
})

describe('results whose layout is not known', () => {
  it.each([
    ['an elementwise result of a transposed tensor', ['z = x.t() + 1']],
    ['einsum', ["z = torch.einsum('ij,jk->ki', x, x.t())"]],
  ])('%s: a reshape of it that is written to leaves it open', (_, lines) => {
    const rest = ['y = z.reshape(-1)', 'y += 1', 'return z']
    expect(() => callSource([...lines, ...rest], [3, 4])).toThrow(/lie in memory is not known/)
  })

  it('operators whose results are always row-major do not pass it on', () => {
    const lines = ['z = torch.softmax(x.t(), -1)', 'y = z.reshape(-1)', 'y += 1', 'return z']
    expect(() => callSource(lines, [3, 4])).not.toThrow()
  })
})

it('a view that no strides give is the error that torch raises', () => {
  expect(() => callSource(['return x.t().view(-1)'], [3, 4])).toThrow(/view size is not compatible/)
})

describe('what writes cost', () => {
  const count = (body: readonly string[], op: string): number =>
    [...callSource(body, [64, 4]).model.graph.nodes()].filter((node) => node.op === op).length

  it('x[:, 0] += 1 is one scatter', () => {
    expect(count(['x[:, 0] += 1', 'return x'], 'ScatterND')).toBe(1)
  })

  it('writes down a chain of views grow with their number', () => {
    const chain = (k: number) => ['y = x', `for i in range(${k}):`, '    y = y[1:]', '    y += 1', 'return x']
    expect(count(chain(10), 'ScatterND')).toBe(10)
    expect(count(chain(20), 'ScatterND')).toBe(20)
    expect(count(chain(20), 'Slice')).toBeLessThanOrEqual(20)
  })

  it('many writes to one view are carried out once', () => {
    const lines = ['y = x[1:][1:]', 'for i in range(20):', '    y += 1', 'return x']
    expect(count(lines, 'ScatterND')).toBe(2)
  })
})
