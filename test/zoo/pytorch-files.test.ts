import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadTorchFile, stateDictOf, type TorchFile } from '../../src/formats/pytorch/container/index.ts'
import { attributesOf, type PickleObject } from '../../src/formats/pytorch/pickle/index.ts'
import { sniff } from '../../src/formats/sniff.ts'
import { MemorySource } from '../../src/graph/bytes/index.ts'
import type { Tensor } from '../../src/graph/tensor.ts'

/** A folder of real models; without it these tests are skipped. */
const zoo = process.env['UNPLUGIN_MODEL_ZOO'] ?? ''

interface Recorded {
  readonly kind: string
  readonly path: readonly string[]
  readonly tensors: number
  readonly sha256: string
  /** Of TorchScript: its parameters and buffers. A module may have other tensors, which torch does not list. */
  readonly names?: readonly string[]
}

/** What torch read, by `record-pytorch-files.py`. */
const RECORDED: Record<string, Recorded> = JSON.parse(
  readFileSync(new URL('pytorch-files.json', import.meta.url), 'utf8'),
)

const open = (name: string): MemorySource => new MemorySource(readFileSync(join(zoo, name)), name)

/** Every tensor of a TorchScript module, parameters and buffers under the names of its own `state_dict()`. */
function* scriptWeights(module: PickleObject, prefix = ''): Generator<[string, Tensor]> {
  for (const [name, value] of attributesOf(module)?.named() ?? []) {
    if (value.kind === 'tensor') yield [`${prefix}${name}`, value.view.tensor]
    if (value.kind === 'object') yield* scriptWeights(value, `${prefix}${name}.`)
  }
}

function weightsOf(file: TorchFile): { path: readonly string[]; tensors: [string, Tensor][] } {
  if (file.kind === 'torchscript') return { path: [], tensors: [...scriptWeights(file.root)] }
  if (file.kind === 'safetensors') return { path: [], tensors: [...file.tensors] }
  const { tensors, prefix, path } = stateDictOf(file.root)
  return { path, tensors: [...tensors].map(([name, tensor]) => [`${prefix}${name}`, tensor]) }
}

function digest(tensors: readonly (readonly [string, Tensor])[]): string {
  const sha = createHash('sha256')
  const ordered = [...tensors].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  for (const [name, tensor] of ordered) {
    sha.update(`${name}:${tensor.dtype}[${tensor.dims}]\n`)
    sha.update(tensor.bytes())
  }
  return sha.digest('hex')
}

describe.skipIf(zoo === '')('real files (UNPLUGIN_MODEL_ZOO)', () => {
  it.each(Object.keys(RECORDED))('%s has the weights that torch reads', (name) => {
    const { names, ...recorded } = RECORDED[name] ?? expect.fail(name)
    const file = loadTorchFile(open(name))
    const { path, tensors } = weightsOf(file)
    const listed = tensors.filter(([key]) => names?.includes(key) ?? true)
    expect({ kind: file.kind, path, tensors: listed.length, sha256: digest(listed) }).toEqual(recorded)
  })

  it.each([
    ['tar_2d_tensor.tar', ['matrix:float32[3,4]']],
    ['tar_float32.tar', ['tensor:float32[4]']],
    ['tar_float64.tar', ['tensor:float64[3]']],
    ['tar_int64.tar', ['tensor:int64[4]']],
    ['tar_multi_dtype.tar', ['float_tensor:float32[3]', 'double_tensor:float64[2]', 'int_tensor:int64[4]']],
    ['tar_weight_bias.tar', ['weight:float32[2,3]', 'bias:float32[2]']],
    ['store-multi_layer.safetensors', undefined],
  ])('burn-store/%s, which torch does not read, has its tensors', (name, expected) => {
    const { tensors } = weightsOf(loadTorchFile(open(`burn-store/${name}`)))
    for (const [, tensor] of tensors) tensor.bytes()
    expect(tensors.length).toBeGreaterThan(0)
    if (expected)
      expect(tensors.map(([key, { dtype, dims }]) => `${key}:${dtype}[${dims}]`)).toEqual(expected)
  })

  it('knows the other formats of the zoo', () => {
    const formats = [
      'onnxruntime-examples/mnist.onnx',
      'silero-vad/silero_vad_16k.safetensors',
      'mlperf-tiny/vww_96.h5',
      'nnstreamer/mnist.pb',
      'nnstreamer/add.tflite',
      'basic-pitch/nmp/saved_model.pb',
      'tensorflow-serving/saved_model_half_plus_three/saved_model.pb',
    ].filter((name) => existsSync(join(zoo, name)))
    expect(formats.map((name) => sniff(open(name)))).toEqual(
      [
        'onnx',
        'safetensors',
        'hdf5',
        'tensorflow-graph',
        'tflite',
        'tensorflow-saved-model',
        'tensorflow-saved-model',
      ].slice(0, formats.length),
    )
  })

  it('finds where the code of a traced or scripted module came from', () => {
    const file = loadTorchFile(open('silero-vad/silero_vad.jit'))
    const code = file.kind === 'torchscript' ? [...file.code.values()] : []
    expect(code.length).toBe(44)
    const places = code.map((item) => item.originOf(item.text.lastIndexOf('return')))
    expect(places.filter((place) => place?.file.endsWith('.py')).length).toBeGreaterThan(20)
  })
})

describe.skipIf(zoo !== '')('real files', () => {
  it('are skipped: set UNPLUGIN_MODEL_ZOO to a folder of models to read them', () => {
    expect(zoo).toBe('')
  })
})
