import { describe, expect, it } from 'vitest'
import {
  createBuilder,
  type DType,
  inferGraph,
  Model,
  tensorType,
  typeText,
  type Value,
} from '../../../src/graph/index.ts'

type Builder = ReturnType<typeof createBuilder>
type Build = (b: Builder, inputs: Value[]) => Value

/** The type that is inferred again after inputs have lost their rank (`…`), as files leave it. */
function inferred(inputs: readonly string[], build: Build, open: readonly number[]): string {
  const model = new Model()
  const values = inputs.map((text, index) => {
    const [dtype = '', list = ''] = text.split(/[[\]]/)
    const dims =
      list === '' ? [] : list.split(',').map((dim) => (/\d/.test(dim) ? Number(dim) : model.dynamicDim(dim)))
    return model.graph.addInput(`x${index}`, tensorType(dtype as DType, dims))
  })
  const result = build(createBuilder(model), values)
  for (const node of model.graph.nodes()) for (const output of node.outputs) output.type = undefined
  for (const index of open) {
    const value = values[index]
    if (value) value.type = tensorType(value.dtype, undefined)
  }
  inferGraph(model)
  return typeText(result.type)
}

const pick = (values: Value[], at: number): Value => values[at] ?? values[0] ?? fail()
const fail = (): never => {
  throw new Error('no input')
}

/** What shape inference of ONNX's own tests tells: [what, inputs, call, inputs of unknown rank, type] */
const CASES: readonly (readonly [string, readonly string[], Build, readonly number[], string])[] = [
  [
    'Gemm with a bias of unknown rank',
    ['float32[7,5]', 'float32[5,11]', 'float32[11]'],
    (b, x) => b.gemm(pick(x, 0), pick(x, 1), { C: pick(x, 2) }),
    [2],
    'float32[7, 11]',
  ],
  [
    'GatherElements by its indices alone',
    ['float32[2,2]', 'int64[3,2]'],
    (b, x) => b.gatherElements(pick(x, 0), pick(x, 1)),
    [0],
    'float32[3, 2]',
  ],
  [
    'ScatterND by its data alone',
    ['float32[4,5]', 'int64[2,1]', 'float32[2,5]'],
    (b, x) => b.scatterND(pick(x, 0), pick(x, 1), pick(x, 2)),
    [1, 2],
    'float32[4, 5]',
  ],
  ['NonZero of unknown rank', ['float32[3]'], (b, x) => b.nonZero(pick(x, 0)), [0], 'int64[u1, u2]'],
  [
    'RoiAlign, whose regions one of two lists counts',
    ['float32[N,C,H,W]', 'float32[R,4]', 'int64[15]'],
    (b, x) => b.roiAlign(pick(x, 0), pick(x, 1), pick(x, 2), { output_height: 2, output_width: 3 }),
    [],
    'float32[15, C, 2, 3]',
  ],
  [
    'ConvTranspose, whose kernel the attribute states',
    ['float32[25,48,16,16]', 'float32[48,32,H,W]'],
    (b, x) =>
      b.convTranspose(pick(x, 0), pick(x, 1), { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 2, 2] }),
    [],
    'float32[25, 32, 30, 30]',
  ],
  [
    'DFT along an axis that only the run knows',
    ['float32[2,5,5,2]', 'int64[]'],
    (b, x) => b.dft(pick(x, 0), { axis: pick(x, 1) }),
    [],
    'float32[2, 5, 5, 2]',
  ],
  [
    'AffineGrid, whose axes the list of sizes counts',
    ['float32[N,R,C]', 'int64[4]'],
    (b, x) => b.affineGrid(pick(x, 0), pick(x, 1)),
    [],
    'float32[N, u2, u3, 2]',
  ],
]

describe('inference where little is known', () => {
  it.each(CASES)('tells %s', (_, inputs, build, open, type) => {
    expect(inferred(inputs, build, open)).toBe(type)
  })
})
