import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { FrontEndOptions } from '../../src/formats/index.ts'
import { loadTorchFile, recogniseTorch } from '../../src/formats/pytorch/container/index.ts'
import { torchscript } from '../../src/formats/pytorch/frontends/index.ts'
import { parseSource, TORCHSCRIPT } from '../../src/formats/pytorch/source/index.ts'
import { MemorySource } from '../../src/graph/bytes/index.ts'

/** A folder of real models; without it these tests are skipped. */
const zoo = process.env['UNPLUGIN_MODEL_ZOO'] ?? ''

const open = (name: string): MemorySource => new MemorySource(readFileSync(join(zoo, name)), name)

const archives = (): string[] =>
  ['silero-vad/silero_vad.jit', ...['nnstreamer', 'tch-rs'].flatMap((folder) => listed(folder))].filter(
    (name) => recogniseTorch(open(name)) === 'torchscript',
  )

const listed = (folder: string): string[] =>
  readdirSync(join(zoo, folder))
    .filter((name) => /\.pt$/.test(name))
    .map((name) => `${folder}/${name}`)

describe.skipIf(!existsSync(zoo))('TorchScript of other projects', () => {
  it.each(existsSync(zoo) ? archives() : [])('every code file of %s parses', (name) => {
    const file = loadTorchFile(open(name))
    if (file.kind !== 'torchscript') throw new Error(`${name} is not TorchScript`)
    for (const code of file.code.values())
      expect(parseSource(code.text, code.path, TORCHSCRIPT).body).not.toEqual([])
  })

  it.each<[string, FrontEndOptions['inputs'], readonly string[]]>([
    ['nnstreamer/pytorch_lenet5.pt', [{ dims: [1, 28, 28, 1], dtype: 'uint8' }], ['Conv', 'Gemm']],
    ['nnstreamer/sample_3x4_two_input_two_output.pt', [{ dims: [3, 4] }, { dims: [3, 4] }], []],
    [
      'nnstreamer/sample_4x4x4x4x4_two_input_one_output.pt',
      [{ dims: [4, 4, 4, 4, 4] }, { dims: [4, 4, 4, 4, 4] }],
      ['Add'],
    ],
    ['tch-rs/foo1.pt', [{ dims: [{ name: 'N' }] }, { dims: [{ name: 'N' }] }], []],
    ['tch-rs/foo3.pt', [{ dims: [5] }], []],
    ['silero-vad/silero_vad.jit', [{ dims: [1, 512] }, { value: 16000 }], ['Conv', 'Sigmoid']],
  ])('%s converts', (name, inputs, operators) => {
    const { model } = torchscript.normalise(open(name), { inputs, guards: 'warn' })
    const used = new Set([...model.graph.allNodes()].map(({ op }) => op))
    for (const operator of operators) expect(used).toContain(operator)
    expect(model.graph.outputs.length).toBeGreaterThan(0)
  })
})
