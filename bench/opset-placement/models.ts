import {
  type Builder,
  createBuilder,
  DTYPES,
  type DType,
  Graph,
  joinChunks,
  Model,
  tensorOf,
  tensorOver,
  tensorType,
  type Value,
  writeModel,
} from '../../src/graph/index.ts'

/** What a case builds with: inputs that a run feeds, and weights. */
export interface Making {
  readonly b: Builder
  readonly model: Model
  input(dims: readonly number[], dtype?: DType): Value
  weight(dims: readonly number[], dtype?: DType): Value
}

export type Make = (making: Making) => Value | readonly Value[]

/** A model of one operator, and what to feed it. */
export interface PlacedModel {
  readonly name: string
  readonly op: string
  readonly bytes: Uint8Array
  readonly feeds: readonly {
    readonly name: string
    readonly dtype: DType
    readonly dims: readonly number[]
  }[]
}

/** The model as a file of an opset. Declarations of the canonical opset serve: no case uses what came or went since. */
export function placedModel(name: string, make: Make, opset: number): PlacedModel {
  const model = new Model()
  const b = createBuilder(model)
  const input = (dims: readonly number[], dtype: DType = 'float32') =>
    model.graph.addInput(`x${model.graph.inputs.length}`, tensorType(dtype, dims))
  const made = make({ b, model, input, weight: (dims, dtype = 'float32') => b.constant(filled(dims, dtype)) })
  const results = Array.isArray(made) ? made : [made]
  results.forEach((value, index) => {
    model.graph.addOutput(`y${index}`, value)
  })
  model.opsets.set('', opset)
  const feeds = model.graph.inputs.map((value) => ({
    name: value.name,
    dtype: value.dtype,
    dims: value.dims.map(Number),
  }))
  const op = [...model.graph.nodes()].at(-1)?.op ?? ''
  return { name, op, bytes: joinChunks(writeModel(model).model), feeds }
}

function filled(dims: readonly number[], dtype: DType) {
  const count = dims.reduce((product, dim) => product * dim, 1)
  if (dtype === 'int4')
    return tensorOver(
      dtype,
      dims,
      Uint8Array.from({ length: count / 2 }, (_, at) => at),
    )
  const whole = DTYPES[dtype].kind !== 'float'
  return tensorOf(
    dtype,
    dims,
    Array.from({ length: count }, (_, at) => (whole ? at % 3 : 0.25 + ((at * 7) % 11) / 11)),
  )
}

/** A branch or body that gives `result` of the outer graph's value. */
export function branch({ model, b }: Making, name: string, result: (inner: Builder) => Value): Graph {
  const graph = new Graph(name)
  graph.addOutput('result', result(createBuilder(model, { graph, outer: b.at })))
  return graph
}
