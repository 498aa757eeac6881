import type { Dim } from '../dims/index.ts'
import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { broadcastDims } from '../inference/shared.ts'
import { einsumDims } from './einsum.ts'
import { operator } from './schema.ts'

export const matrix = {
  /** Determinants of the last two axes. */
  det: operator({
    op: 'Det',
    since: 11,
    inputs: ['X'],
    outputs: ['Y'],
    attributes: {},
    infer: (context) => [tensorInfo(context.dtype(0), context.dims(0).slice(0, -2))],
  }),
  einsum: operator({
    op: 'Einsum',
    since: 12,
    inputs: ['Inputs...'],
    outputs: ['Output'],
    attributes: { equation: 'string!' },
    infer: (context) => [tensorInfo(context.sharedDtype(), einsumDims(context))],
  }),
  /** alpha·A'·B' + beta·C on matrices; C broadcasts one way. */
  gemm: operator({
    op: 'Gemm',
    since: 13,
    inputs: ['A', 'B', 'C?'],
    outputs: ['Y'],
    attributes: { alpha: 'float', beta: 'float', transA: 'int', transB: 'int' },
    ranked: [0, 1],
    infer: inferGemm,
  }),
  matMul: operator({
    op: 'MatMul',
    since: 13,
    inputs: ['A', 'B'],
    outputs: ['Y'],
    attributes: {},
    infer: (context) => [
      tensorInfo(context.sharedDtype(), productDims(context, context.dims(0), context.dims(1))),
    ],
  }),
  matMulInteger: operator({
    op: 'MatMulInteger',
    since: 10,
    inputs: ['A', 'B', 'a_zero_point?', 'b_zero_point?'],
    outputs: ['Y'],
    attributes: {},
    infer: (context) => [tensorInfo('int32', productDims(context, context.dims(0), context.dims(1)))],
  }),
  qLinearMatMul: operator({
    op: 'QLinearMatMul',
    since: 21,
    inputs: ['a', 'a_scale', 'a_zero_point', 'b', 'b_scale', 'b_zero_point', 'y_scale', 'y_zero_point'],
    outputs: ['y'],
    attributes: {},
    infer: (context) => [
      tensorInfo(context.dtype(7), productDims(context, context.dims(0), context.dims(3))),
    ],
  }),
} as const

/** numpy.matmul: the last two axes multiply, those before broadcast, a vector is a row or a column that vanishes. */
export function productDims(context: InferenceContext, a: readonly Dim[], b: readonly Dim[]): Dim[] {
  if (a.length === 0 || b.length === 0) context.fail('one of them is a scalar')
  const left = a.length === 1 ? [1, ...a] : a
  const right = b.length === 1 ? [...b, 1] : b
  checkInner(context, left.at(-1), right.at(-2))
  const batch = broadcastDims(context, left.slice(0, -2), right.slice(0, -2))
  const rows = a.length === 1 ? [] : left.slice(-2, -1)
  const columns = b.length === 1 ? [] : right.slice(-1)
  return [...batch, ...rows, ...columns]
}

function checkInner(context: InferenceContext, a: Dim = 1, b: Dim = 1): void {
  context.sameDim(a, b, (columns, rows) => `A has ${columns} columns and B has ${rows} rows`)
}

function inferGemm(context: InferenceContext): OutputInfo[] {
  const oriented = (index: number, flag: string): readonly [Dim, Dim] => {
    const [rows, columns, more] = context.dims(index)
    if (rows === undefined || columns === undefined || more !== undefined)
      return context.fail(`input ${index} has rank ${context.rank(index)}, not 2`)
    return context.int(flag, 0) === 0 ? [rows, columns] : [columns, rows]
  }
  const [rows, inner] = oriented(0, 'transA')
  const [depth, columns] = oriented(1, 'transB')
  checkInner(context, inner, depth)
  return [tensorInfo(context.sharedDtype(), [rows, columns])]
}
