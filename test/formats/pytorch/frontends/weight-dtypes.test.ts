import { expect, it } from 'vitest'
import { pytorchWeights } from '../../../../src/formats/pytorch/frontends/index.ts'
import { MemorySource, numberToBfloat16, numberToFloat16 } from '../../../../src/graph/index.ts'
import { runModel } from '../../../support/run-model.ts'

const MODEL = `
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 1, bias=False)

    def forward(self, x):
        return self.fc(x)
`

/** A safetensors file of one weight [1, 2]. */
function weights(dtype: 'F16' | 'BF16', bits: readonly number[]): MemorySource {
  const header = JSON.stringify({ 'fc.weight': { dtype, shape: [1, 2], data_offsets: [0, 4] } })
  const bytes = new Uint8Array(8 + header.length + 4)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true)
  bytes.set(new TextEncoder().encode(header), 8)
  bytes.set(new Uint8Array(Uint16Array.from(bits).buffer), 8 + header.length)
  return new MemorySource(bytes, 'net.safetensors', new Map([['model.py', new TextEncoder().encode(MODEL)]]))
}

it.each([
  ['F16', [0.333, -2.5].map(numberToFloat16), 0.3330078125 * 3 - 2.5 * 4],
  ['BF16', [0.333, -2.5].map(numberToBfloat16), 0.33203125 * 3 - 2.5 * 4],
] as const)(
  '%s weights become float32 in a float32 model, as load_state_dict copies them',
  async (dtype, bits, wanted) => {
    const { model } = pytorchWeights.normalise(weights(dtype, bits), {
      inputs: [{ name: 'x', dims: [{ name: 'N' }, 2] }],
      arch: './model.py',
      guards: 'warn',
    })
    const outputs = await runModel(model, {
      x: { dtype: 'float32', dims: [1, 2], data: Float32Array.of(3, 4) },
    })
    expect(outputs.get('output')?.data[0]).toBeCloseTo(wanted, 5)
  },
)
