import { describe, expect, it } from 'vitest'
import type { FrontEndOptions } from '../../../src/formats/format.ts'
import { frontEndOf } from '../../../src/formats/index.ts'
import { onnx } from '../../../src/formats/onnx/index.ts'
import { sniff, sniffOrExplain } from '../../../src/formats/sniff.ts'
import { dimName, type InputSpec, MemorySource, verify } from '../../../src/graph/index.ts'
import { type FileSpec, onnxBytes, onnxFile } from '../../graph/onnx/onnx-file.ts'

const options = (...inputs: InputSpec[]): FrontEndOptions => ({ inputs, guards: 'warn' })

/** x: [N, 3, H], scale: [] → Mul → MatMul → y */
const spec: FileSpec = {
  inputs: [
    { name: 'x', dims: ['N', 3, 'H'] },
    { name: 'scale', dims: [] },
    { name: 'mask', dims: ['N', undefined] },
  ],
  initializers: [{ name: 'w', dims: [4, 5] }],
  nodes: [
    { op: 'Mul', inputs: ['x', 'scale'], outputs: ['m'] },
    { op: 'Custom', domain: 'ai.onnx.ml', inputs: ['mask'], outputs: ['c'] },
    { op: 'Relu', inputs: ['m'], outputs: ['y'] },
  ],
  outputs: [{ name: 'y', dims: ['N', 3, 'H'] }, { name: 'c', dims: ['N'] }, { name: 'w' }],
}

const normalise = (...inputs: InputSpec[]) => onnx.normalise(onnxFile(spec), options(...inputs))
const shapes = (...inputs: InputSpec[]) => {
  const { model } = normalise(...inputs)
  verify(model, { inference: true })
  const of = (type: (typeof model.graph.inputs)[number]['type']) =>
    type?.kind === 'tensor' ? type.dims?.map(dimName).join() : undefined
  return {
    inputs: Object.fromEntries(model.graph.inputs.map(({ name, type }) => [name, of(type)])),
    outputs: model.graph.outputs.map(({ value }) => of(value.type)),
    symbols: [...model.facts.keys()],
  }
}

describe('the ONNX front end', () => {
  it('knows its files by content', () => {
    expect(frontEndOf(onnxFile(spec))).toBe(onnx)
    expect(sniff(new MemorySource(new TextEncoder().encode('<!doctype html>')))).toBeUndefined()
    expect(sniff(new MemorySource(new Uint8Array()))).toBeUndefined()
  })

  it('says which inputs have a value in the file, and cannot be given another', () => {
    const inputs = [...(spec.inputs ?? []), { name: 'w', dims: [4, 5] }]
    const { model, warnings } = onnx.normalise(onnxFile({ ...spec, inputs }), options())
    expect(model.graph.inputs.map(({ name }) => name)).toEqual(['x', 'scale', 'mask'])
    expect(warnings).toEqual([
      'Inputs with a value in the file are constants here, and cannot be given another: w',
    ])
    expect(normalise().warnings).toEqual([])
  })

  it('knows a file that was cut short, and says what is the matter with it', () => {
    const bytes = onnxBytes(spec)
    const cut = new MemorySource(bytes.subarray(0, bytes.length / 2), 'net.onnx')
    expect(sniffOrExplain(cut)).toBe('onnx')
    expect(() => onnx.normalise(cut, options())).toThrow('[TRUNCATED_FILE] net.onnx ends too early')
  })

  it('describes inputs, outputs, operators and parameters', () => {
    expect(onnx.describe(onnxFile(spec), options())).toEqual({
      format: 'onnx',
      version: 'opset 17',
      inputs: [
        { name: 'x', dtype: 'float32', shape: ['N', 3, 'H'] },
        { name: 'scale', dtype: 'float32', shape: [] },
        { name: 'mask', dtype: 'float32', shape: ['N', 'mask_1'] },
      ],
      outputs: [
        { name: 'y', dtype: 'float32', shape: ['N', 3, 'H'] },
        { name: 'c', dtype: 'float32', shape: ['N'] },
        { name: 'w', dtype: 'float32', shape: [4, 5] },
      ],
      operators: new Map([
        ['Mul', 1],
        ['Relu', 1],
        ['ai.onnx.ml:Custom', 1],
      ]),
      parameters: 20,
    })
  })

  it('gives a model of the canonical opset with inferred types', () => {
    expect(shapes()).toEqual({
      inputs: { x: 'N,3,H', scale: '', mask: 'N,mask_1' },
      outputs: ['N,3,H', 'N', '4,5'],
      symbols: ['N', 'H', 'mask_1'],
    })
  })

  it('fixes a dynamic dim wherever it stands', () => {
    expect(shapes({ name: 'x', dims: [1, 3, 224] })).toEqual({
      inputs: { x: '1,3,224', scale: '', mask: '1,mask_1' },
      outputs: ['1,3,224', '1', '4,5'],
      symbols: ['mask_1'],
    })
  })

  it('renames a dynamic dim and takes its range', () => {
    const height = { name: 'height', hint: 224, min: 32, max: 512 }
    const spec = { dims: [{ name: 'N', hint: 4 }, 3, height] }
    expect(shapes(spec).outputs[0]).toBe('N,3,height')
    const { facts } = normalise(spec).model
    expect(facts.get('height')).toEqual({ min: 32, max: 512, hint: 224 })
    expect(facts.get('N')).toMatchObject({ hint: 4, min: 1 })
    expect(facts.has('H')).toBe(false)
  })

  it('swaps names without mixing them up', () => {
    expect(shapes({ dims: [{ name: 'H' }, 3, { name: 'N' }] }).inputs).toMatchObject({
      x: 'H,3,N',
      mask: 'H,mask_1',
    })
  })

  it('makes a constant of an input that is given a value', () => {
    const { model } = normalise({ name: 'scale', value: 2 })
    expect(model.graph.inputs.map(({ name }) => name)).toEqual(['x', 'mask'])
    expect([...model.graph.nodes()][0]?.input(1).tensor?.bytes()).toEqual(new Uint8Array([0, 0, 0, 64]))
  })

  const refused: [string, InputSpec[], string][] = [
    ['an input that is not there', [{ name: 'y' }], '[BAD_QUERY_VALUE] The model has no input y'],
    ['a mistyped name', [{ name: 'scal' }], 'Did you mean input=scale:…?'],
    ['more inputs than there are', [{}, {}, {}, {}], 'input= is given more than 3 times'],
    ['another rank', [{ dims: [1, 3] }], '[BAD_INPUT_SHAPE] Input x: float32[N, 3, H] cannot have 2 dims'],
    ['another dtype', [{ dtype: 'int64' }], 'Input x: float32[N, 3, H] cannot be int64'],
    ['another size', [{ dims: [1, 4, 8] }], 'has size 3 at axis 1, which cannot become 4'],
    ['a dynamic dim where the file has a fixed one', [{ dims: [1, { name: 'C' }, 8] }], 'cannot become C'],
    [
      'one dim made two sizes',
      [{ dims: [1, 3, 8] }, {}, { dims: [2, 7] }],
      'Input mask: float32[N, mask_1] has size N at axis 0, which was made 1 elsewhere',
    ],
    ['a value for a tensor', [{ value: 1 }], 'Input x: float32[N, 3, H] cannot be the constant 1'],
  ]
  it.each(refused)('refuses %s', (_, specs, message) => {
    expect(() => normalise(...specs)).toThrow(message)
  })

  const product: FileSpec = {
    inputs: [{ name: 'x', dims: ['N', 'K'] }],
    initializers: [{ name: 'w', dims: [4, 5] }],
    nodes: [{ op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
    outputs: [{ name: 'y' }],
  }

  it('says that a size of input= is what a layer does not take', () => {
    const convert = () => onnx.normalise(onnxFile(product), options({ dims: [1, 3] }))
    expect(convert).toThrow(
      /\[BAD_INPUT_SHAPE\] The model cannot run on the sizes of input=: MatMul .* leave input= out/,
    )
  })

  it.each<[string, FileSpec, string]>([
    ['sizes', { ...product, inputs: [{ name: 'x', dims: ['N', 3] }] }, 'INVALID_NODE'],
    [
      'a cycle',
      { ...product, nodes: [{ op: 'MatMul', inputs: ['y', 'w'], outputs: ['y'] }] },
      'INVALID_GRAPH',
    ],
  ])('says of %s that do not fit in the file itself how to see that it is the file', (_, broken, code) => {
    const convert = () => onnx.normalise(onnxFile(broken), options())
    expect(convert).toThrow(new RegExp(`\\[${code}\\] .*onnx\\.checker\\.check_model`, 's'))
  })
})
