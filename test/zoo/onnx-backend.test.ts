import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ModelError } from '../../src/errors/index.ts'
import {
  adaptModel,
  type Dim,
  DTYPES,
  Model as EmptyModel,
  fold,
  inferGraph,
  isFloat,
  MemorySource,
  type Model,
  readModel,
  type Tensor,
  tensorData,
  typeText,
  type Value,
} from '../../src/graph/index.ts'
import { decodeTensor } from '../../src/graph/onnx/proto/decode-tensor.ts'
import { ReadContext } from '../../src/graph/onnx/read/context.ts'
import { readTensor } from '../../src/graph/onnx/read/tensor.ts'
import { ProtoMessage } from '../../src/graph/onnx/wire/message.ts'

/**
 * The node tests of ONNX, which its Python package holds (1.22: `onnx/backend/test/data/node`):
 * `ONNX_BACKEND_TESTS=<that folder> npx vitest run test/zoo/onnx-backend.test.ts`. Each model is inferred twice, with its
 * inputs open and as constants, and what is inferred or folded is held to the recorded results.
 */
const folder = process.env['ONNX_BACKEND_TESTS'] ?? ''
const cases = folder === '' ? [] : readdirSync(folder).sort()

/** What the reader refuses by design is no failure of inference. */
const REFUSED: ReadonlySet<string> = new Set([
  'UNSUPPORTED_CONSTRUCT',
  'UNSUPPORTED_OPSET',
  'UNSUPPORTED_OPERATOR',
])
/** Element types newer than the canonical opset: float4e2m1, float8e8m0, 2-bit integers. */
const NEWER_TYPES = /FLOAT4E2M1|E8M0|INT2|float4e2m1|e8m0|_u?int2/

function tensorAt(path: string): Tensor | undefined {
  if (!existsSync(path)) return undefined
  const source = new MemorySource(readFileSync(path), path)
  try {
    return readTensor(new ReadContext(source, new EmptyModel()), decodeTensor(ProtoMessage.of(source)))
  } catch (error) {
    if (error instanceof ModelError) return undefined // a sequence or an optional
    throw error
  }
}

function modelOf(name: string): Model | undefined {
  try {
    const model = readModel(new MemorySource(readFileSync(join(folder, name, 'model.onnx')), name))
    adaptModel(model)
    return model
  } catch (error) {
    if (error instanceof ModelError && REFUSED.has(error.code)) return undefined
    throw error
  }
}

function makeConstant(model: Model, data: string): void {
  ;[...model.graph.inputs].forEach((input, index) => {
    const tensor = input.type?.kind === 'tensor' ? tensorAt(join(data, `input_${index}.pb`)) : undefined
    if (tensor) input.replaceUsesWith(model.graph.addInitializer(tensor))
  })
  inferGraph(model)
}

function problems(name: string, value: Value, wanted: Tensor): string[] {
  const { type } = value
  if (type?.kind !== 'tensor') return []
  const said = `${name}: ${typeText(type)} for ${wanted.dtype}[${wanted.dims}]`
  if (type.dtype !== wanted.dtype) return [said]
  if (!type.dims) return []
  const fits = type.dims.length === wanted.dims.length && agree(type.dims, wanted.dims)
  return fits ? contentProblems(name, value, wanted) : [said]
}

/** Symbols may be anything. */
const agree = (dims: readonly Dim[], wanted: readonly number[]): boolean =>
  dims.every((dim, at) => typeof dim !== 'number' || dim === wanted[at])

function contentProblems(name: string, value: Value, wanted: Tensor): string[] {
  if (wanted.dtype === 'string' || DTYPES[wanted.dtype].bits < 8 || wanted.dtype.startsWith('float8'))
    return []
  const numbers = Array.from(tensorData(wanted), Number)
  const found: string[] = []
  if (value.content && !agree(value.content, numbers)) found.push(`${name}: integers for [${numbers}]`)
  const { producer } = value
  const folded = producer && fold(producer)?.[producer.outputs.indexOf(value)]
  if (folded && !isClose(Array.from(tensorData(folded), Number), numbers, wanted.dtype))
    found.push(`${name}: folds to [${Array.from(tensorData(folded), Number)}] for [${numbers}]`)
  return found
}

/** ONNX's own tolerance for floats; half floats are compared as bit patterns. */
function isClose(numbers: readonly number[], wanted: readonly number[], dtype: Tensor['dtype']): boolean {
  const tolerance = dtype === 'float32' || dtype === 'float64' ? 1e-3 : isFloat(dtype) ? 1 : 0
  return wanted.every((value, at) => {
    const number = numbers[at] ?? Number.NaN
    return (
      Object.is(number, value) ||
      number === value ||
      Math.abs(number - value) <= tolerance * Math.max(Math.abs(value), 1e-4)
    )
  })
}

describe.runIf(folder !== '')('inference and folding beside the node tests of ONNX', () => {
  it.each(cases.filter((name) => !NEWER_TYPES.test(name)))('%s', (name) => {
    const data = join(folder, name, 'test_data_set_0')
    for (const constants of [false, true]) {
      const model = modelOf(name)
      if (!model) return
      if (constants) makeConstant(model, data)
      const found = model.graph.outputs.flatMap(({ value }, index) => {
        const wanted = tensorAt(join(data, `output_${index}.pb`))
        return wanted ? problems(`output ${index}`, value, wanted) : []
      })
      expect(found).toEqual([])
    }
  })
})
