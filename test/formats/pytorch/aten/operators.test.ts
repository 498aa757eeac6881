import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { EngineTensor } from '../../../../src/engine/index.ts'
import { PythonModules } from '../../../../src/formats/pytorch/evaluator/dialects/python.ts'
import { Evaluation } from '../../../../src/formats/pytorch/frontends/evaluation.ts'
import type { Given } from '../../../../src/formats/pytorch/frontends/signature.ts'
import {
  type DType,
  dtypeFromName,
  float16ToNumber,
  type Model,
  numberToFloat16,
} from '../../../../src/graph/index.ts'
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
      Object.entries(inputs).map(([name, tensor]) => ({ name, given: given(tensor, isDynamic) })),
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
    case 'int16':
      return { dtype: 'int16', dims, data: Int16Array.from(values) }
    case 'int8':
      return { dtype: 'int8', dims, data: Int8Array.from(values) }
    case 'bool':
      return { dtype: 'bool', dims, data: Uint8Array.from(values) }
    case 'uint8':
      return { dtype: 'uint8', dims, data: Uint8Array.from(values) }
    case 'float64':
      return { dtype: 'float64', dims, data: Float64Array.from(values) }
    case 'float16':
      return { dtype: 'float16', dims, data: Uint16Array.from(values, numberToFloat16) }
    default:
      return { dtype: 'float32', dims, data: Float32Array.from(values) }
  }
}

async function check(
  source: string,
  group: Group,
  outputs: readonly RecordedTensor[],
  isDynamic: boolean,
): Promise<void> {
  const model = convert(source, group.inputs, isDynamic)
  const used = new Set(model.graph.inputs.map(({ name }) => name))
  const feeds = Object.fromEntries(
    Object.entries(group.inputs).flatMap(([name, tensor]) => (used.has(name) ? [[name, feed(tensor)]] : [])),
  )
  const results = [...(await runModel(model, feeds)).values()]
  expect(results.length).toBe(outputs.length)
  // Half precision is rounded on the way, not everywhere alike.
  const tolerance = Object.values(group.inputs).some(({ dtype }) => dtype === 'float16') ? 1e-3 : 2e-5
  for (const [index, wanted] of outputs.entries()) {
    const got = results[index]
    const declared = model.graph.outputs[index]?.value
    expect(got?.dtype).toBe(dtypeOf(wanted))
    expect(got?.dims.map(Number)).toEqual(wanted.dims)
    expect(declared?.dims.map((dim) => typeof dim === 'number')).toEqual(
      declared?.dims.map((dim, axis) => typeof dim === 'number' && dim === wanted.dims[axis]),
    )
    expectClose(got, wanted, tolerance)
  }
}

function expectClose(got: EngineTensor | undefined, wanted: RecordedTensor, tolerance: number): void {
  const raw = Array.from((got?.data ?? []) as ArrayLike<number>, Number)
  const values = got?.dtype === 'float16' ? raw.map(float16ToNumber) : raw
  const expected = wanted.data.map(value)
  const isClose = (a: number, b: number): boolean =>
    Object.is(a, b) || a === b || Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b))
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

/** What has no form that serves every size: windows that differ, numbers of channels that weights are made for. */
const FIXED_SIZES_ONLY =
  /adaptive_\w+\(x, [^1]|mode='area'|layer_norm\(x, \(4,\)\)|group_norm|instance_norm\(x\)/

describe('operators give what torch gives when every size is dynamic', () => {
  it.each(ROWS.filter(([, source]) => !FIXED_SIZES_ONLY.test(source)))('%s', (_, source, group, outputs) =>
    check(source, group, outputs, true),
  )
})

describe('operators that need fixed sizes refuse dynamic ones', () => {
  it.each([
    ['F.adaptive_avg_pool2d(x, (3, 4))', 'dynamic size d7'],
    ['F.instance_norm(x)', 'dynamic size d4'],
  ])('%s', (source, what) => {
    const x = { dtype: 'float32', dims: [2, 4, 7, 9], data: [] }
    expect(() => convert(source, { x }, true)).toThrow(what)
  })
})
