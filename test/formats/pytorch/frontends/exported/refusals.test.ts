import { describe, expect, it } from 'vitest'
import { type FrontEndOptions, frontEndOf, type Normalised } from '../../../../../src/formats/index.ts'
import { dimName, MemorySource } from '../../../../../src/graph/index.ts'
import { writeZip } from '../../../../graph/bytes/zip-writer.ts'
import { node, programArchive, programJson, type WrittenProgram } from '../../exported/program-writer.ts'

const OPTIONS: FrontEndOptions = { inputs: [], guards: 'warn' }

function convertBytes(bytes: Uint8Array, options: Partial<FrontEndOptions> = {}): Normalised {
  const source = new MemorySource(bytes, 'net.pt2')
  return frontEndOf(source).normalise(source, { ...OPTIONS, ...options })
}

const convert = (program: WrittenProgram): Normalised => convertBytes(programArchive(program))

const SUM: WrittenProgram = {
  inputs: { x: ['s0', 3], y: [3] },
  nodes: [node('aten.add.Tensor', ['x', 'y'], 'sum')],
  results: { sum: ['s0', 3] },
  outputs: ['sum'],
}

describe('a program that is written by hand', () => {
  it('converts', () => {
    const [output] = convert(SUM).model.graph.outputs
    expect(output?.value.dims.map(dimName)).toEqual(['N', '3'])
  })

  it('converts from the unions that the first files have', () => {
    const old = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(old)
      if (typeof value !== 'object' || value === null) return value
      const entries = Object.entries(value)
      const [[key, item] = ['', undefined]] = entries
      if (entries.length === 1 && key.startsWith('as_')) return { $type: key, $value: old(item) }
      return Object.fromEntries(entries.map(([name, inner]) => [name, old(inner)]))
    }
    const archive = writeZip([
      { name: 'serialized_exported_program.json', data: JSON.stringify(old(programJson(SUM))) },
      { name: 'version', data: '8.0' },
    ])
    expect(convertBytes(archive).model.graph.inputs).toHaveLength(2)
  })
})

describe('what is refused, and how', () => {
  it.each<readonly [what: string, program: WrittenProgram, text: string]>([
    [
      'operators without a conversion are named at once, with their nodes',
      {
        ...SUM,
        nodes: [
          node('aten.linalg_qr.default', ['x'], 'a'),
          node('mine.twice.default', ['a'], 'b'),
          node('higher_order.flex_attention', ['x'], 'c'),
          node('aten.add.Tensor', ['x', 'y'], 'sum'),
        ],
      },
      '[UNSUPPORTED_OPERATOR] 3 operators have no conversion: torch.linalg.qr (node a); mine.twice (node b); torch.ops.higher_order.flex_attention (node c)',
    ],
    [
      'a result that is not what torch recorded names its node',
      { ...SUM, results: { sum: ['s0', 4] } },
      '[INTERNAL] torch.ops.aten.add.Tensor is converted to float32[N, 3], and torch recorded float32[N, 4] (node sum)',
    ],
    [
      'a size that agrees by algebra alone is compared',
      { ...SUM, results: { sum: ['s0 + 1', 3] } },
      'torch recorded float32[N + 1, 3]',
    ],
    [
      'a token is named',
      {
        ...SUM,
        signature: {
          input_specs: [
            { token: { arg: { name: 'token_0' } } },
            { user_input: { arg: { as_tensor: { name: 'y' } } } },
          ],
        },
      },
      '[UNSUPPORTED_CONSTRUCT] The program has inputs or outputs that no graph has: the token token_0',
    ],
    [
      'a name that nothing gives',
      { ...SUM, nodes: [node('aten.add.Tensor', ['x', 'z'], 'sum')] },
      '[CORRUPT_FILE] The program uses z before anything gives it a value',
    ],
    [
      'a weight that is not there',
      {
        ...SUM,
        signature: {
          input_specs: [
            { parameter: { arg: { name: 'x' }, parameter_name: 'gone' } },
            { user_input: { arg: { as_tensor: { name: 'y' } } } },
          ],
        },
      },
      '[CORRUPT_FILE] net.pt2 holds no weight gone, which its program uses',
    ],
    [
      'a schema that is newer',
      { ...SUM, root: { schema_version: { major: 9, minor: 0 } } },
      '[UNSUPPORTED_FORMAT] net.pt2!models/model.json is written in version 9 of the format',
    ],
    [
      'a program that is cut short',
      { ...SUM, root: { graph_module: {} } },
      '[CORRUPT_FILE] net.pt2!models/model.json is not as torch.export writes it: graph_module.signature is missing',
    ],
    [
      'a guard that the recorded sizes break',
      { ...SUM, guards: ["L['x'].size()[0] > 100"] },
      "[BAD_INPUT_SHAPE] The sizes do not fit the program: L['x'].size()[0] > 100",
    ],
  ])('%s', (_, program, text) => {
    expect(() => convert(program)).toThrow(text)
  })

  it('a guard that is not understood is told', () => {
    const { warnings } = convert({ ...SUM, guards: ["L['x'].device.type == 'cpu'"] })
    expect(warnings).toEqual([
      "The program was exported under a condition that is not checked when the model runs: L['x'].device.type == 'cpu'",
    ])
  })

  it('weights that were saved without data, or that a path would lead away from', () => {
    const program: WrittenProgram = {
      ...SUM,
      inputs: { x: ['s0', 3] },
      weights: { y: [3] },
    }
    expect(convert(program).model.graph.initializers.size).toBe(1)
    const withConfig = (path: string, data: string): Buffer => {
      const meta = {
        dtype: 7,
        sizes: [{ as_int: 3 }],
        strides: [{ as_int: 1 }],
        storage_offset: { as_int: 0 },
        layout: 7,
      }
      const config = { y: { path_name: path, is_param: true, use_pickle: false, tensor_meta: meta } }
      return writeZip([
        { name: 'net/models/model.json', data: JSON.stringify(programJson(program)) },
        { name: 'net/data/weights/model_weights_config.json', data: JSON.stringify({ config }) },
        { name: 'net/data/weights/weight_0', data },
      ])
    }
    expect(() => convertBytes(withConfig('weight_0', ''))).toThrow('The weight y is saved without its data')
    expect(() => convertBytes(withConfig('../../../etc/passwd', ''))).toThrow(
      'net.pt2 has no record data/weights/../../../etc/passwd',
    )
    expect(() => convertBytes(withConfig('weight_0', 'abcd'))).toThrow(
      'needs 12 bytes of a storage that has 4',
    )
  })

  it('an archive of several programs asks which', () => {
    const json = JSON.stringify(programJson(SUM))
    const archive = writeZip([
      { name: 'net/models/encoder.json', data: json },
      { name: 'net/models/decoder.json', data: json },
    ])
    expect(() => convertBytes(archive)).toThrow(
      '[BAD_QUERY_VALUE] net.pt2 holds 2 programs. Choose one with method=: encoder, decoder',
    )
    expect(convertBytes(archive, { method: 'decoder' }).model.graph.outputs).toHaveLength(1)
    expect(() => convertBytes(archive, { method: 'head' })).toThrow('holds no program head')
  })

  it('an archive without a program, and one of compiled code', () => {
    expect(() => convertBytes(writeZip([{ name: 'net/archive_format', data: 'pt2' }]))).toThrow(
      '[UNSUPPORTED_FORMAT] net.pt2 is an archive of PyTorch that holds no exported program',
    )
    const compiled = writeZip([
      { name: 'net/archive_format', data: 'pt2' },
      { name: 'net/data/aotinductor/model/model.so', data: '' },
    ])
    expect(() => convertBytes(compiled)).toThrow('[UNSUPPORTED_FORMAT]')
  })
})
