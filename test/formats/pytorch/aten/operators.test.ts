import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { EngineTensor } from '../../../../src/engine/index.ts'
import { PythonModules } from '../../../../src/formats/pytorch/evaluator/dialects/python.ts'
import { Evaluation } from '../../../../src/formats/pytorch/frontends/evaluation.ts'
import type { Given } from '../../../../src/formats/pytorch/frontends/signature.ts'
import { type DType, dtypeFromName, type Model } from '../../../../src/graph/index.ts'
import { runModel } from '../../../support/run-model.ts'
import { fixturePath } from '../../../support/samples.ts'

interface RecordedTensor {
  readonly dtype: string
  readonly dims: readonly number[]
  readonly data: readonly (number | string)[]
}

interface Group {
  readonly inputs: Readonly<Record<string, RecordedTensor>>
  readonly cases: readonly { readonly source: string; readonly outputs: readonly RecordedTensor[] }[]
}

const GROUPS: readonly Group[] = JSON.parse(readFileSync(fixturePath('aten/cases.json'), 'utf8'))

const dtypeOf = (tensor: RecordedTensor): DType => dtypeFromName(tensor.dtype) ?? 'float32'

/** Equal sizes share a symbol, so that what broadcasts at these sizes broadcasts in general. */
function given(tensor: RecordedTensor, isDynamic: boolean): Given {
  const dims = tensor.dims.map((size) => (isDynamic && size > 1 ? { name: `d${size}`, hint: size } : size))
  return { kind: 'tensor', dtype: dtypeOf(tensor), dims }
}

/** The source as the body of a function of its inputs, evaluated. */
function convert(source: string, inputs: Group['inputs'], isDynamic: boolean): Model {
  const evaluation = new Evaluation()
  const names = Object.keys(inputs)
  const body = source.includes('\nreturn ') ? source : `return ${source}`
  const text = `import math\nimport torch\nimport torch.nn.functional as F\ndef call(${names}):\n${body.replace(/^/gm, '    ')}\n`
  return evaluation.run(() => {
    const modules = new PythonModules(evaluation.interpreter, () => undefined)
    const call = modules.run('case', 'case.py', text).get('call')
    if (!call) throw new Error('no function')
    const args = evaluation.arguments(
      names.map((name) => ({ name, given: given(inputs[name] as RecordedTensor, isDynamic) })),
    )
    return evaluation.finish(
      evaluation.interpreter.call(call, { positional: [...args.values()], keyword: new Map() }),
    ).model
  })
}

const value = (item: number | string): number =>
  typeof item === 'number' ? item : Number(item.replace('inf', 'Infinity'))

function feed(tensor: RecordedTensor): EngineTensor {
  const values = tensor.data.map(value)
  const dims = [...tensor.dims]
  switch (dtypeOf(tensor)) {
    case 'int64':
      return { dtype: 'int64', dims, data: BigInt64Array.from(values, BigInt) }
    case 'int32':
      return { dtype: 'int32', dims, data: Int32Array.from(values) }
    case 'bool':
      return { dtype: 'bool', dims, data: Uint8Array.from(values) }
    case 'uint8':
      return { dtype: 'uint8', dims, data: Uint8Array.from(values) }
    case 'float64':
      return { dtype: 'float64', dims, data: Float64Array.from(values) }
    case 'float16':
      return { dtype: 'float16', dims, data: Uint16Array.from(values, halfBits) }
    default:
      return { dtype: 'float32', dims, data: Float32Array.from(values) }
  }
}

/** The recorded halves are exact, so that rounding plays no part. */
function halfBits(number: number): number {
  const bits = new Uint32Array(Float32Array.of(number).buffer)[0] ?? 0
  const exponent = ((bits >>> 23) & 0xff) - 112
  return number === 0 ? 0 : ((bits >>> 16) & 0x8000) | (exponent << 10) | ((bits >>> 13) & 0x3ff)
}

async function check(
  source: string,
  group: Group,
  outputs: readonly RecordedTensor[],
  isDynamic: boolean,
): Promise<void> {
  const model = convert(source, group.inputs, isDynamic)
  const feeds = Object.fromEntries(
    model.graph.inputs.map(({ name }) => [name, feed(group.inputs[name] as RecordedTensor)]),
  )
  const results = [...(await runModel(model, feeds)).values()]
  expect(results.length).toBe(outputs.length)
  for (const [index, wanted] of outputs.entries()) {
    const got = results[index]
    const declared = model.graph.outputs[index]?.value
    expect(got?.dtype).toBe(dtypeOf(wanted))
    expect(got?.dims.map(Number)).toEqual(wanted.dims)
    expect(declared?.dims.map((dim) => typeof dim === 'number')).toEqual(
      declared?.dims.map((dim, axis) => typeof dim === 'number' && dim === wanted.dims[axis]),
    )
    expectClose(got, wanted)
  }
}

function expectClose(got: EngineTensor | undefined, wanted: RecordedTensor): void {
  const values = Array.from((got?.data ?? []) as ArrayLike<number>, Number)
  const expected = wanted.data.map(value)
  const isClose = (a: number, b: number): boolean =>
    Object.is(a, b) || a === b || Math.abs(a - b) <= 2e-5 * Math.max(1, Math.abs(b))
  const wrong = expected.flatMap((number, index) =>
    isClose(values[index] ?? Number.NaN, number) ? [] : [index],
  )
  expect(wrong.slice(0, 3).map((index) => [values[index], expected[index]])).toEqual([])
}

const ROWS = GROUPS.flatMap((group) =>
  group.cases.map(({ source, outputs }) => {
    const shapes = Object.values(group.inputs).map(({ dtype, dims }) => `${dtype}[${dims}]`)
    return [`${source.replaceAll('\n', '; ')} of ${shapes}`, source, group, outputs] as const
  }),
)

describe('operators give what torch gives', () => {
  it.each(ROWS)('%s', (_, source, group, outputs) => check(source, group, outputs, false))
})

describe('operators give what torch gives when every size is dynamic', () => {
  it.each(ROWS)('%s', (_, source, group, outputs) => check(source, group, outputs, true))
})
