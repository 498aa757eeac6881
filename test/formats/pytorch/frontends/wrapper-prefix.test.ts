import { describe, expect, it } from 'vitest'
import { convertWritten, writtenModel } from './written-model.ts'

/** A class that keeps its only layer as the given attribute. */
const keeping = (name: string): string =>
  [
    'import torch.nn as nn',
    'class Net(nn.Module):',
    '    def __init__(self):',
    '        super().__init__()',
    `        self.${name} = nn.Linear(3, 2)`,
    `    def forward(self, x): return self.${name}(x)`,
    '',
  ].join('\n')

describe('what every name of the weights begins with', () => {
  it.each([
    ['the model keeps', 'model', 'model.'],
    ['a wrapper put before what the model keeps', 'model', 'module.model.'],
    ['a wrapper of the same name put before it', 'model', 'model.model.'],
    ['a wrapper put there', 'layer', 'module.model.layer.'],
    ['nobody put there', 'layer', 'layer.'],
  ])('%s', (_, kept, prefix) => {
    const source = writtenModel(
      { [`${prefix}weight`]: [2, 3], [`${prefix}bias`]: [2] },
      { 'model.py': keeping(kept) },
    )
    const { model } = convertWritten(source, { class: 'Net', inputs: [{ name: 'x', dims: [1, 3] }] })
    expect(model.graph.initializers).not.toHaveLength(0)
  })
})
