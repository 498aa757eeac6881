import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { type ConvertResult, convert } from '../../../src/convert/index.ts'
import { createEngine, type EngineTensor, engineTensor } from '../../../src/engine/index.ts'
import { writeSafetensors } from '../../formats/pytorch/torch-writer.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const SCALE = Float32Array.of(3)

let root: string

beforeEach(() => {
  root = temporaryFolder()
  const data = new Uint8Array(SCALE.slice().buffer)
  const header = { scale: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }
  writeFileSync(join(root, 'net.safetensors'), writeSafetensors(header, data))
})

/** A model of one weight, whose `forward` has this body. */
function converted(body: readonly string[], dims: string, query = ''): Promise<ConvertResult> {
  const head = ['import torch', 'import torch.nn as nn', 'class Net(nn.Module):', '    def __init__(self):']
  const init = ['super().__init__()', 'self.scale = nn.Parameter(torch.zeros(1))']
  const text = [
    ...head,
    ...init.map((line) => `        ${line}`),
    '    def forward(self, x):',
    ...body.map((line) => `        ${line}`),
    '',
  ].join('\n')
  writeFileSync(join(root, 'model.py'), text)
  const file = join(root, 'net.safetensors')
  return convert({
    file,
    query: `arch=./model.py&input=x:f32[${dims}]${query}`,
    root,
    cacheDir: join(root, 'cache'),
  })
}

/** What onnxruntime gives for the asset by itself, for ones of these dims. */
async function runAlone(
  { assets }: ConvertResult,
  dims: readonly number[],
): Promise<EngineTensor | undefined> {
  const bytes = readFileSync(assets[0]?.path ?? '')
  const session = await createEngine({ root }).session({ bytes })
  const ones = new Float32Array(dims.reduce((count, dim) => count * dim, 1)).fill(1)
  try {
    const input = engineTensor('float32', dims, new Uint8Array(ones.buffer))
    return (await session.run(new Map([['x', input]]))).get('output')
  } finally {
    await session.release()
  }
}

const SIX = ['if x.shape[1] == 6:', '    return x * self.scale', 'return x - self.scale']

describe('a dim that the model decides on by one size', () => {
  test('is that size in the file, for every runtime to refuse others', async () => {
    const result = await converted(SIX, 'N,T=6')
    expect([...((await runAlone(result, [3, 6]))?.data ?? [])]).toEqual(Array(18).fill(3))
    await expect(runAlone(result, [3, 5])).rejects.toThrow(/index: 1 Got: 5 Expected: 6/)
    expect(result.inputs).toEqual([{ name: 'x', dtype: 'float32', shape: ['N', 6] }])
    expect(result.outputs).toEqual([{ name: 'output', dtype: 'float32', shape: ['N', 6] }])
    expect(result.guards).toEqual([])
    expect(result.report.warnings).toEqual([
      'T (axis 1 of x) does not stay dynamic but is fixed at 6: the program went the way of T == 6 (model.py:8). Other sizes ' +
        'are refused. To say so in the request: ?input=x:f32[N,6]; for another size, convert with that one in its place',
    ])
  })

  test('is converted for another size where that is asked for', async () => {
    const result = await converted(SIX, 'N,5')
    expect([...((await runAlone(result, [1, 5]))?.data ?? [])]).toEqual(Array(5).fill(-2))
    await expect(runAlone(result, [1, 6])).rejects.toThrow(/Expected: 5/)
  })

  test('is validated at that size, whatever was to be tried', async () => {
    const { report } = await converted(['return torch.cat([x, torch.ones(2, 5)]) * self.scale'], 'N=3,T=7')
    expect(report.inputs[0]?.shape).toEqual(['N', 5])
    expect(report.validation?.passed).toBe(true)
    expect(report.stages.find(({ name }) => name === 'validate')?.notes.join()).toMatch(/, with N=3$/)
  })
})

describe('a decision that more than one size takes', () => {
  test('stays a condition, of which the report says that onnxruntime does not check it', async () => {
    const body = ['if x.shape[1] >= 4:', '    return x * self.scale', 'return x']
    const { guards, report } = await converted(body, 'N,T=6')
    expect(guards).toEqual([{ dim: 'T', assumed: 'T >= 4', at: 'model.py:8' }])
    expect(report.warnings).toEqual([
      'The results are right only where this holds: T >= 4 (model.py:8). The import checks it at every run; ' +
        'onnxruntime on its own does not, and its results are wrong where it does not hold',
    ])
  })

  test('is no condition where the range that was asked for settles it', async () => {
    const body = ['if x.shape[1] >= 4:', '    return x * self.scale', 'return x']
    const { guards, report } = await converted(body, 'N,T=6(4..)')
    expect(guards).toEqual([{ dim: 'T', assumed: 'T >= 4', at: 'range of the input' }])
    expect(report.warnings).toEqual([])
  })
})
