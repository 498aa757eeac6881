import { describe, expect, it } from 'vitest'
import type { Normalised } from '../../../../src/formats/index.ts'
import { runModel, seededFloats } from '../../../support/run-model.ts'
import { convertWritten, writtenModel } from './written-model.ts'

/** A model that scales by a weight of two numbers, with methods of its own. */
const scale = (body: readonly string[], forward = 'return x * self.w'): string =>
  [
    'import torch, torch.nn as nn',
    'class Part(nn.Module):',
    '    def __init__(self):',
    '        super().__init__()',
    '        self.w, self.merged, self.k = nn.Parameter(torch.zeros(2)), False, 1.0',
    ...body.filter((line) => line.startsWith('@')).map((line) => `        ${line.slice(1)}`),
    ...body.filter((line) => !line.startsWith('@')).map((line) => `    ${line}`),
    `    def forward(self, x): ${forward}`,
    'class Net(nn.Module):',
    '    def __init__(self):',
    '        super().__init__()',
    '        self.part = Part()',
    '    def forward(self, x): return self.part(x)',
    '',
  ].join('\n')

const convert = (body: readonly string[], forward?: string, of = 'Net'): Normalised => {
  const name = of === 'Net' ? 'part.w' : 'w'
  return convertWritten(writtenModel({ [name]: [2] }, { 'model.py': scale(body, forward) }), {
    class: of,
    inputs: [{ name: 'x', dims: [2] }],
  })
}

async function factors({ model }: Normalised): Promise<number[]> {
  const outputs = await runModel(model, { x: { dtype: 'float32', dims: [2], data: Float32Array.of(1, 1) } })
  const weight = seededFloats(2)
  const [output] = outputs.values()
  return [0, 1].map((index) => Number(output?.data[index]) / Number(weight[index]))
}

describe('a model that enters eval mode in its own way', () => {
  it.each([
    [
      'merges into its weight',
      [
        'def train(self, mode=True):',
        '    nn.Module.train(self, mode)',
        '    if not mode and not self.merged:',
        '        self.w.data += self.w.data * 2; self.merged = True',
        '    return self',
      ],
      'return x * self.w',
      3,
    ],
    [
      'writes its weight under no_grad',
      [
        'def train(self, mode=True):',
        '    if self.training and not mode:',
        '        with torch.no_grad(): self.w.mul_(4)',
        '    return super().train(mode)',
      ],
      'return x * self.w',
      4,
    ],
    [
      'sets what forward reads',
      ['def train(self, mode=True):', '    super().train(mode); self.k = 1.0 if mode else 5.0; return self'],
      'return x * self.w * self.k',
      5,
    ],
    ['overrides nothing', [], 'return x * self.w * (7 if self.training else 1)', 1],
    [
      'is put into training by its constructor',
      ['@self.train()'],
      'return x * self.w * (7 if self.training else 1)',
      1,
    ],
  ])('%s', async (_, body, forward, factor) => {
    const made = convert(body, forward)
    expect(made.warnings).toEqual([])
    for (const found of await factors(made)) expect(found).toBeCloseTo(factor, 5)
  })

  it('eval is called on the whole model, whose parts are reached by train', async () => {
    const body = ['def eval(self):', '    super().eval(); self.k = 5.0; return self']
    const forward = 'return x * self.w * self.k'
    expect((await factors(convert(body, forward, 'Part')))[0]).toBeCloseTo(5, 5)
    expect((await factors(convert(body, forward, 'Net')))[0]).toBeCloseTo(1, 5)
  })
})
