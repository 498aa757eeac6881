import { describe, expect, it } from 'vitest'
import type { Builder, Value } from '../../../src/graph/index.ts'
import { foldWeightLayout } from '../../../src/rewrite/passes/fold/fold-weight-layout.ts'
import { einsumToMatMul } from '../../../src/rewrite/passes/weights/einsum-to-matmul.ts'
import { weights } from '../small-models.ts'
import { networkOf, operatorsAfter } from './networks.ts'

type Dims = readonly (number | string)[]
type Case = readonly [
  equation: string,
  dims: Dims,
  others: readonly (readonly number[] | 'x')[],
  left: readonly string[],
]

/** `x` and its equals are the activation; dims are those of weights. */
const einsum =
  (equation: string, others: readonly (readonly number[] | 'x')[]) =>
  (b: Builder, x: Value): Value =>
    b.einsum([x, ...others.map((dims) => (dims === 'x' ? b.exp(x) : b.constant(weights([...dims]))))], {
      equation,
    })

const CASES: readonly Case[] = [
  ['nlk,kd->nld', ['N', 'L', 6], [[6, 4]], ['MatMul']],
  ['nlk,dk->nld', ['N', 'L', 6], [[4, 6]], ['MatMul']],
  ['...k,kd', ['N', 'L', 6], [[6, 4]], ['MatMul']],
  ['abc,cde->abde', ['N', 'L', 6], [[6, 2, 3]], ['MatMul', 'Reshape']],
  ['abc,dce->abed', ['N', 'L', 6], [[2, 6, 3]], ['MatMul', 'Reshape']],
  ['abcd,cde->abe', ['N', 'L', 2, 3], [[2, 3, 4]], ['Reshape', 'MatMul']],
  ['abcd,edc->abe', ['N', 'L', 2, 3], [[4, 3, 2]], ['Reshape', 'MatMul']],
  ['bhid,bhjd->bhij', ['N', 2, 'L', 3], ['x'], ['Exp', 'Transpose', 'MatMul']],
  ['bhid,bhjd->bhji', ['N', 2, 'L', 3], ['x'], ['Exp', 'Transpose', 'MatMul']],
  ['bij,bjk->bik', ['N', 4, 4], ['x'], ['Exp', 'MatMul']],
  ['...ij,...jk->...ik', ['N', 2, 4, 4], ['x'], ['Exp', 'MatMul']],
  ['ij,jk->ki', ['N', 6], [[6, 4]], ['Transpose', 'MatMul']],
  ['ij->ji', ['N', 'L'], [], ['Transpose']],
  ['ijk->ik', ['N', 'L', 3], [], ['ReduceSum']],
]

const LEFT: readonly Case[] = [
  ['bqhd,bkhd->bhqk', ['N', 'L', 2, 3], ['x'], ['Exp', 'Einsum']],
  ['ii->i', [4, 4], [], ['Einsum']],
  ['ijk->ki', ['N', 'L', 3], [], ['Einsum']],
  ['ij,ij->ij', ['N', 'L'], ['x'], ['Exp', 'Einsum']],
  ['ij,jk->i', ['N', 6], [[6, 4]], ['Einsum']],
  [
    'nlk,kd,de->nle',
    ['N', 'L', 6],
    [
      [6, 4],
      [4, 2],
    ],
    ['Einsum'],
  ],
]

describe('einsum-to-matmul', () => {
  it.each(CASES)('spells %s of %j', async (equation, dims, others, left) => {
    const model = networkOf(dims, einsum(equation, others))
    expect(await operatorsAfter([einsumToMatMul, foldWeightLayout], model)).toEqual(left)
  })

  it.each(LEFT)('leaves %s of %j', async (equation, dims, others, left) => {
    const model = networkOf(dims, einsum(equation, others))
    expect(await operatorsAfter([einsumToMatMul, foldWeightLayout], model)).toEqual(left)
  })
})
