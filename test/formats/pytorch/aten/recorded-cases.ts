import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { EngineTensor } from '../../../../src/engine/index.ts'
import { type DType, dtypeFromName } from '../../../../src/graph/index.ts'
import { fixturePath } from '../../../support/samples.ts'

export type Form = 'script' | 'trace'

interface RecordedTensor {
  readonly dtype: string
  readonly dims: readonly number[]
  /** Offset of its bytes in `cases.bin.gz`. */
  readonly at: number
}

/** One case of `fixtures/torchscript-ops`: for each form what its archive answers, run by run. */
export interface Case extends Readonly<Partial<Record<Form, readonly (readonly RecordedTensor[])[]>>> {
  readonly source: string
}

export interface Group {
  readonly name: string
  readonly inputs: readonly { readonly name: string; readonly dims: readonly (number | string)[] }[]
  readonly runs: readonly (readonly RecordedTensor[])[]
  readonly cases: readonly Case[]
}

export const GROUPS: readonly Group[] = JSON.parse(
  readFileSync(fixturePath('torchscript-ops/cases.json'), 'utf8'),
)

const BYTES = new Uint8Array(gunzipSync(readFileSync(fixturePath('torchscript-ops/cases.bin.gz')))).buffer

export function dtypeOf({ dtype }: RecordedTensor): DType {
  const found = dtypeFromName(dtype)
  if (!found) throw new Error(`${dtype} is no dtype`)
  return found
}

/** The recorded tensor as onnxruntime takes and gives it. */
export function contents(tensor: RecordedTensor): EngineTensor {
  const dims = [...tensor.dims]
  const count = dims.reduce((product, dim) => product * dim, 1)
  switch (dtypeOf(tensor)) {
    case 'float32':
      return { dtype: 'float32', dims, data: new Float32Array(BYTES, tensor.at, count) }
    case 'float64':
      return { dtype: 'float64', dims, data: new Float64Array(BYTES, tensor.at, count) }
    case 'float16':
      return { dtype: 'float16', dims, data: new Uint16Array(BYTES, tensor.at, count) }
    case 'int64':
      return { dtype: 'int64', dims, data: new BigInt64Array(BYTES, tensor.at, count) }
    case 'int32':
      return { dtype: 'int32', dims, data: new Int32Array(BYTES, tensor.at, count) }
    case 'uint8':
      return { dtype: 'uint8', dims, data: new Uint8Array(BYTES, tensor.at, count) }
    case 'bool':
      return { dtype: 'bool', dims, data: new Uint8Array(BYTES, tensor.at, count) }
    default:
      throw new Error(`${tensor.dtype} is not read`)
  }
}

/** The sizes of a run by the name of the dim. */
export function sizesOf(group: Group, run: number): Map<string, number> {
  const sizes = new Map<string, number>()
  for (const [index, { dims }] of group.inputs.entries()) {
    for (const [axis, dim] of dims.entries()) {
      if (typeof dim === 'string') sizes.set(dim, group.runs[run]?.[index]?.dims[axis] ?? 0)
    }
  }
  return sizes
}
