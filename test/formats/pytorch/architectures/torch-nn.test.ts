import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type EngineTensor, engineTensor } from '../../../../src/engine/index.ts'
import { MemorySource } from '../../../../src/graph/index.ts'
import { runModel } from '../../../support/run-model.ts'
import { fixturePath } from '../../../support/samples.ts'
import { runPython } from '../evaluator/run-python.ts'
import { convertWritten, writtenModel } from '../frontends/written-model.ts'
import { writeSafetensors } from '../torch-writer.ts'

interface Plain {
  readonly dtype: 'float32' | 'int64'
  readonly dims: readonly number[]
  readonly values: readonly number[]
}

interface Case {
  readonly title: string
  readonly source: string
  readonly state: Readonly<Record<string, Plain>>
  readonly inputs: readonly Plain[]
  readonly outputs: readonly Plain[]
}

const CASES: readonly Case[] = JSON.parse(readFileSync(fixturePath('torch-nn/cases.json'), 'utf8'))

const bytesOf = ({ dtype, values }: Plain): Uint8Array =>
  new Uint8Array((dtype === 'int64' ? BigInt64Array.from(values, BigInt) : Float32Array.from(values)).buffer)

function written({ source, state }: Case): MemorySource {
  const header: Record<string, unknown> = {}
  const parts: Uint8Array[] = []
  let end = 0
  for (const [name, tensor] of Object.entries(state)) {
    const bytes = bytesOf(tensor)
    const dtype = tensor.dtype === 'int64' ? 'I64' : 'F32'
    header[name] = { dtype, shape: tensor.dims, data_offsets: [end, end + bytes.length] }
    parts.push(bytes)
    end += bytes.length
  }
  const files = new Map([['model.py', Buffer.from(source)]])
  return new MemorySource(writeSafetensors(header, Buffer.concat(parts)), 'net.safetensors', files)
}

async function answers(of: Case): Promise<EngineTensor[]> {
  const names = of.inputs.map((_, index) =>
    of.inputs.length === 1 && /def forward\(self, x\)/.test(of.source) ? 'x' : `x${index}`,
  )
  const inputs = of.inputs.map(({ dtype, dims }, index) => ({ name: names[index] ?? '', dtype, dims }))
  const { model } = convertWritten(written(of), { inputs })
  const feeds = of.inputs.map((input, index) => [
    names[index],
    engineTensor(input.dtype, input.dims, bytesOf(input)),
  ])
  return [...(await runModel(model, Object.fromEntries(feeds))).values()]
}

/** What a state dict never comes from: placeholders of lazy layers, and a base class of 2016. */
const ABSENT = ['Container', 'UninitializedBuffer', 'UninitializedParameter']

it('every class of torch.nn is known', () => {
  const classes: readonly string[] = JSON.parse(readFileSync(fixturePath('torch-nn/classes.json'), 'utf8'))
  const missing = runPython(
    `import torch.nn as nn\nresult = [name for name in ${JSON.stringify(classes)} if not hasattr(nn, name)]`,
  )
  expect(missing).toBe(`['${ABSENT.join("', '")}']`)
})

/** What has no conversion is held without harm, and named when it is called. */
it.each([
  ['nn.CTCLoss()', 'self.layer(x, x, x, x)', 'torch.nn.CTCLoss'],
  ['nn.FractionalMaxPool2d(2, output_size=3)', 'self.layer(x)', 'torch.nn.functional.fractional_max_pool2d'],
  ['nn.CrossMapLRN2d(3)', 'self.layer(x)', 'torch.nn.CrossMapLRN2d'],
  [
    '[nn.LinearCrossEntropyLoss(3, 4, (2,))]',
    'self.layer[0](x, x)',
    'torch.nn.LinearCrossEntropyLoss with out_features',
  ],
  ['[nn.Embedding(3, 4, max_norm=1.0)]', 'self.layer[0](x)', 'torch.nn.functional.embedding with max_norm'],
  ['nn.ReLU()', 'nn.functional.gumbel_softmax(x)', 'torch.nn.functional.gumbel_softmax'],
  ['nn.ReLU()', 'nn.functional.ctc_loss(x, x, x, x)', 'torch.nn.functional.ctc_loss'],
])('%s may be held; %s is refused', (layer, call, name) => {
  const source = (forward: string): string =>
    [
      'from torch import nn',
      'class Net(nn.Module):',
      '    def __init__(self):',
      '        super().__init__()',
      `        self.layer, self.conv = ${layer}, nn.Conv2d(1, 1, 1, bias=False)`,
      '    def forward(self, x):',
      `        return ${forward}`,
    ].join('\n')
  const convert = (forward: string) =>
    convertWritten(writtenModel({ 'conv.weight': [1, 1, 1, 1] }, { 'model.py': source(forward) }), {
      inputs: [{ name: 'x', dims: [1, 1, 8, 8] }],
    })
  expect(convert('self.conv(x)').warnings).toEqual([])
  expect(() => convert(call)).toThrow(`The model calls ${name}, which is not converted`)
  expect(() => convert(call)).toThrow('model.py:7')
})

interface Program {
  readonly title: string
  readonly source: string
  readonly repr: string
}

const PROGRAMS: readonly Program[] = JSON.parse(readFileSync(fixturePath('torch-nn/programs.json'), 'utf8'))

describe('modules tell of themselves what they tell in torch', () => {
  it.each(PROGRAMS.map((of) => [of.title, of] as const))('%s', (_, { source, repr }) => {
    expect(runPython(source)).toBe(repr)
  })
})

describe('layers of torch.nn give what torch gives', () => {
  it.each(CASES.map((of) => [of.title, of] as const))('%s', async (_, of) => {
    const given = await answers(of)
    expect(given.length).toBe(of.outputs.length)
    for (const [index, wanted] of of.outputs.entries()) {
      const values = Array.from((given[index]?.data ?? []) as ArrayLike<number>, Number)
      const scale = Math.max(1e-6, ...wanted.values.map(Math.abs))
      const worst = Math.max(
        ...wanted.values.map((value, at) => Math.abs(value - (values[at] ?? Number.NaN))),
      )
      expect(given[index]?.dims.map(Number)).toEqual(wanted.dims)
      expect(worst / scale).toBeLessThan(2e-5)
    }
  })
})
