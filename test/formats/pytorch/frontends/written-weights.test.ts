import { expect, it } from 'vitest'
import { pytorchWeights } from '../../../../src/formats/pytorch/frontends/index.ts'
import { MemorySource } from '../../../../src/graph/index.ts'

/** Safetensors with one weight, `count`, of one element, and the source of a model that runs this line. */
function warningsOf(line: string): readonly string[] {
  const header = JSON.stringify({ count: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }).padEnd(80)
  const bytes = Buffer.alloc(8 + 80 + 4)
  bytes.writeBigUInt64LE(80n, 0)
  bytes.write(header, 8)
  const source = [
    'import torch',
    'import torch.nn as nn',
    'class Net(nn.Module):',
    '    def __init__(self):',
    '        super().__init__()',
    "        self.register_buffer('count', torch.zeros(1))",
    '    def forward(self, x):',
    `        ${line}`,
    '        return x + self.count',
  ].join('\n')
  const siblings = new Map([['model.py', Buffer.from(source)]])
  return pytorchWeights.normalise(new MemorySource(bytes, 'net.safetensors', siblings), {
    inputs: [{ name: 'x', dtype: 'float32', dims: [2] }],
    guards: 'warn',
    arch: './model.py',
  }).warnings
}

it.each([
  ['in place', 'self.count += 1', 'A weight is written by torch.add_ (model.py:8)'],
  ['through a view', 'self.count[0] = 3.0', 'A weight is written by torch.copy_ (model.py:8)'],
  ['by another tensor', 'self.count = self.count + 1', 'Net.count is written (model.py:8)'],
])('a buffer that forward writes %s is told of, once', (_, line, expected) => {
  expect(warningsOf(line)).toEqual([`${expected}: each call starts from the value in the file`])
})

it('a copy of a buffer may be written to', () => {
  expect(warningsOf('y = self.count.clone().add_(1)')).toEqual([])
})
