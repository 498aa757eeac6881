import { expect } from 'vitest'
import type { EngineTensor } from '../../src/engine/index.ts'
import {
  type Builder,
  createBuilder,
  type Dim,
  DTYPES,
  type DType,
  elementCount,
  evaluate as evaluateDim,
  Model,
  tensorType,
  type Value,
} from '../../src/graph/index.ts'
import { runModel } from './run-model.ts'

/** A tensor written down in a test: numbers in row-major order. */
export interface Written {
  readonly dtype: DType
  readonly dims: readonly number[]
  readonly data: readonly number[]
}

export interface Evaluated {
  readonly results: readonly Written[]
  readonly model: Model
  readonly values: readonly Value[]
}

export type Build = (b: Builder, inputs: readonly Value[]) => Value | readonly Value[]

/**
 * Builds a graph over the inputs and runs it in onnxruntime-web. With `symbolic`, every input axis gets a symbol of its own
 * (`x0_1`), equal sizes of one input excepted. What was inferred is held to what the run gives.
 */
export async function evaluate(
  build: Build,
  inputs: readonly Written[],
  { symbolic = [] }: { readonly symbolic?: readonly (readonly number[])[] } = {},
): Promise<Evaluated> {
  const model = new Model()
  const bindings = new Map<string, number>()
  const values = inputs.map(({ dtype, dims }, index) => {
    const typed = dims.map((size, axis): Dim => {
      if (!symbolic[index]?.includes(axis)) return size
      bindings.set(`x${index}_${axis}`, size)
      return model.dynamicDim(`x${index}_${axis}`, { hint: size })
    })
    return model.graph.addInput(`x${index}`, tensorType(dtype, typed))
  })
  const b = createBuilder(model)
  const built = build(b, values)
  const outputs: readonly Value[] = Array.isArray(built) ? built : [built]
  // Identity keeps a result that is an input or a constant an output of its own.
  outputs.forEach((value, index) => {
    model.graph.addOutput(`y${index}`, value.producer ? value : b.identity(value))
  })
  const results = await runModel(
    model,
    Object.fromEntries(inputs.map((input, index) => [`x${index}`, toEngine(input)])),
  )
  const written = outputs.map((value, index): Written => {
    const result = results.get(`y${index}`)
    if (!result) throw new Error(`no result ${index}`)
    expectInferred(value, result, bindings)
    return { dtype: value.dtype, dims: result.dims, data: Array.from(result.data, Number) }
  })
  return { results: written, model, values: outputs }
}

/** Dtype and dims, and known integers, are those of the run; sizes that only the data decides may be anything. */
function expectInferred(value: Value, result: EngineTensor, bindings: ReadonlyMap<string, number>): void {
  expect(result.dtype).toBe(value.dtype)
  expect(result.dims.length).toBe(value.rank)
  value.dims.forEach((dim, axis) => {
    const inferred = evaluateDim(dim, bindings)
    if (inferred !== undefined) expect(inferred, `axis ${axis} of ${value.name}`).toBe(result.dims[axis])
  })
  value.content?.forEach((dim, at) => {
    const inferred = evaluateDim(dim, bindings)
    if (inferred !== undefined)
      expect(inferred, `element ${at} of ${value.name}`).toBe(Number(result.data[at]))
  })
}

function toEngine({ dtype, dims, data }: Written): EngineTensor {
  if (data.length !== elementCount(dims)) throw new Error(`[${dims}] does not hold ${data.length} numbers`)
  if (DTYPES[dtype].bits === 64 && dtype !== 'float64')
    return { dtype, dims, data: BigInt64Array.from(data, BigInt) }
  return { dtype, dims, data: ARRAYS[dtype]?.from(data) ?? Float32Array.from(data) }
}

const ARRAYS: { readonly [dtype in DType]?: { from(data: readonly number[]): EngineTensor['data'] } } = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  int8: Int8Array,
  bool: Uint8Array,
}

/** The same numbers to a tolerance of the output's scale, NaN and infinities to the letter. */
export function expectClose(actual: Written | undefined, wanted: Written, tolerance = 1e-5): void {
  expect(actual?.dims).toEqual(wanted.dims)
  const scale = Math.max(1, ...wanted.data.filter(Number.isFinite).map(Math.abs))
  wanted.data.forEach((value, at) => {
    const given = actual?.data[at] ?? Number.NaN
    const same = Object.is(given, value) || given === value || Math.abs(given - value) <= tolerance * scale
    if (!same) expect(given, `element ${at}`).toBe(value)
  })
}
