import { describe, expect, it } from 'vitest'
import { type DimSpec, dimName, substitute } from '../../../../src/graph/index.ts'
import { evaluateDim } from '../../../../src/runtime/dim-expression.ts'
import { callSource } from '../call-source.ts'

const guardsOf = (...body: readonly string[]): readonly string[] =>
  callSource([...body, 'return x + 1'], [{ name: 'N', hint: 2 }, 6]).guards.map(({ assumed }) => assumed)

describe('what a program takes from a dynamic size by way of a container or a text is a guard', () => {
  it.each([
    [
      'a dict that has the size',
      ['k = {3: 1, 2: 5}.get(x.shape[0], 7)', 'assert k == 5'],
      ['N != 3', 'N == 2'],
    ],
    ['a dict that has it not', ['k = {4: 1}.get(x.shape[0], 7)', 'assert k == 7'], ['N != 4']],
    ['a key made of sizes', ['k = {(2, 6): 5}[tuple(x.shape)]', 'assert k == 5'], ['N == 2']],
    ['a set', ['assert x.shape[0] in {2, 4}'], ['N == 2']],
    ['a text', ["assert f'block{x.shape[0]}' == 'block2'"], ['N == 2']],
    [
      'a text that others were made of',
      ["s = 'n' + '%d' % x.shape[0] + '{}'.format(1)", "assert s == 'n21'"],
      ['N == 2'],
    ],
    ['str()', ["assert str(x.shape[0]) == '2'"], ['N == 2']],
    ['the truth of a fraction', ['assert (x.shape[0] - 1) * 0.5'], ['N - 1 == 1']],
  ])('%s', (_, body, guards) => {
    expect(guardsOf(...body)).toEqual(guards)
  })

  it.each([
    [
      'its own entry in a cache',
      ['d = {}', 'd[x.shape[0]] = 1', 'assert d[x.shape[0]] == 1', 'assert x.shape[0] in d'],
    ],
    ['a text that is printed', ["print(f'{x.shape} {x.shape[0] / 3}')"]],
    [
      'the message of an error that is not raised',
      [
        "message = f'{x.shape}' + ' of {}'.format(x.shape)",
        'if x.dim() != 2:',
        '    raise ValueError(message)',
      ],
    ],
    ['a text that is logged', ['import logging', "logging.getLogger().info(f'{x.shape}')"]],
  ])('%s is none', (_, body) => {
    expect(guardsOf(...body)).toEqual([])
  })
})

it.each([
  'torch.distributed.is_initialized()',
  'torch.compiler.is_compiling()',
  'torch.backends.mps.is_available()',
])('%s is false', (question) => {
  expect(guardsOf(`if ${question}:`, '    raise ValueError()')).toEqual([])
})

it('torch.compile gives back the module that it is given', () => {
  const { model } = callSource(['return torch.compile(nn.ReLU())(x)'], [2])
  expect([...model.graph.nodes()].map(({ op }) => op)).toEqual(['Relu'])
})

describe('padding to SAME, as traces compute it in float tensors, is known', () => {
  const size = (dim: DimSpec) => {
    const { model } = callSource(
      [
        'size = torch.tensor(x.shape[1])',
        'pad = torch.clamp(((size / 2).ceil() - 1) * 2 + 2 + 1 - size, min=0)',
        'return F.pad(x, (int(pad // 2), int(pad - pad // 2)))',
      ],
      [1, dim],
    )
    return model.graph.outputs[0]?.value.dims[1]
  }

  it.each([
    [33, 35],
    [34, 35],
  ])('%i is padded to %i', (given, padded) => {
    expect(size(given)).toBe(padded)
  })

  it('a bounded dynamic size too', () => {
    const padded = size({ name: 'W', hint: 33, min: 8, max: 512 })
    const at = (W: number) => padded !== undefined && substitute(padded, new Map([['W', W]]))
    expect([33, 34, 9, 8].map(at)).toEqual([35, 35, 11, 9])
  })
})

describe('a dynamic size that meets a number is a guard, at the line where it does', () => {
  it.each([
    ['a sum with a tensor of fixed size', ['y = x + torch.zeros(2, 6)'], 'N == 2 or N == 1'],
    ['a choice between tensors', ['y = torch.where(x > 0, x, torch.zeros(2, 1))'], 'N == 2 or N == 1'],
    ['expand', ['y = x.expand(2, 6)'], 'N == 2 or N == 1'],
    ['expand_as', ['y = x.expand_as(torch.zeros(3, 2, 6))'], 'N == 2 or N == 1'],
    ['cat along another axis', ['y = torch.cat([x, torch.zeros(2, 1)], 1)'], 'N == 2'],
    ['stack', ['y = torch.stack([torch.zeros(2, 6), x])'], 'N == 2'],
    ['view', ['y = x.view(2, 6)'], '6*N == 12'],
    ['reshape', ['y = x.t().reshape(12)'], '6*N == 12'],
    ['view_as', ['y = x.view_as(torch.zeros(4, 3))'], '6*N == 12'],
    ['a product of matrices', ['y = torch.zeros(3, 2) @ x'], 'N == 2'],
    ['a linear layer', ['y = F.linear(x.t(), torch.zeros(3, 2))'], 'N == 2'],
    ['a convolution', ['y = F.conv1d(x[None], torch.ones(3, 2, 1))'], 'N == 2'],
    ['split into parts of fixed sizes', ['y = x.split([1, 1], 0)[0]'], 'N == 2'],
  ])('%s', (_, body, assumed) => {
    const { guards, model } = callSource([...body, 'return y + 1'], [{ name: 'N', hint: 2 }, 6])
    expect(guards).toEqual([{ dim: 'N', assumed, at: 'case.py:6' }])
    expect(evaluateDim(assumed, new Map([['N', 2]]))).toBe(1)
    expect(evaluateDim(assumed, new Map([['N', 3]]))).toBe(0)
    expect(model.graph.outputs).toHaveLength(1)
  })

  it.each([
    ['a row', ['y = x + torch.zeros(1, 6)']],
    ['a size of its own', ['y = torch.cat([x, torch.zeros(x.shape[0], 1)], 1)']],
    ['a view with the size left open', ['y = x.view(-1, 2, 3)']],
    ['a size that only the data gives', ['y = x[x[:, 0] > 0] @ torch.zeros(6, 2)']],
  ])('%s is none', (_, body) => {
    expect(guardsOf(...body, 'x = y')).toEqual([])
  })
})

it('the larger of a size and what it cannot be less than is the size', () => {
  const { model } = callSource(
    ['return x.new_zeros(max(x.shape[0], 1), max(1, x.shape[0], 3))'],
    [{ name: 'N', hint: 2 }],
  )
  expect(model.graph.outputs.flatMap(({ value }) => value.dims.map(dimName))).toEqual(['N', 'max(N, 3)'])
})
