import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadTorchFile, stateDictOf } from '../../../../src/formats/pytorch/container/index.ts'
import { MemorySource } from '../../../../src/graph/bytes/index.ts'
import { readNpz } from '../../../../src/graph/bytes/npz.ts'
import { widenToFloat32 } from '../../../../src/graph/half.ts'
import { type Tensor, tensorData } from '../../../../src/graph/tensor.ts'

const source = (name: string): MemorySource =>
  new MemorySource(readFileSync(new URL(`../../../../fixtures/tensors/${name}`, import.meta.url)), name)

const weights = (name: string): ReadonlyMap<string, Tensor> => {
  const file = loadTorchFile(source(name))
  if (file.kind !== 'saved') throw new Error(file.kind)
  return stateDictOf(file.root).tensors
}

/** NumPy has no bfloat16: the recorded values are float32. */
function comparable(tensor: Tensor): unknown[] {
  const data = tensorData(tensor)
  return [
    ...(tensor.dtype === 'bfloat16' && data instanceof Uint16Array ? widenToFloat32('bfloat16', data) : data),
  ]
}

describe.each(['tensors.pth', 'tensors-legacy.pth'])('%s', (name) => {
  it('has the values that torch gives, tensor by tensor', () => {
    const expected = readNpz(source('tensors.npz'))
    const tensors = weights(name)
    expect([...tensors.keys()].sort()).toEqual([...expected.keys()].sort())
    for (const [key, tensor] of tensors) {
      const reference = expected.get(key)?.read()
      expect(tensor.dims, key).toEqual(reference?.dims)
      if (tensor.dtype !== 'bfloat16') expect(tensor.dtype, key).toBe(reference?.dtype)
      expect(comparable(tensor), key).toEqual(reference && comparable(reference))
    }
  })
})
