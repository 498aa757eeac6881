import { expect, it } from 'vitest'
import { evaluateWithInputs } from '../../../../src/formats/pytorch/frontends/input-choice.ts'
import type { DType } from '../../../../src/graph/index.ts'
import { openProgram } from './open-program.ts'

/** What is assumed of a trace of `x` and `y`. */
function assumption(body: string, x: readonly number[], y: readonly number[], dtype: DType): string {
  const { assumptions } = evaluateWithInputs({
    open: () => openProgram(['x', 'y'], [body]),
    specs: [],
    recorded: () => [
      { name: 'x', given: { kind: 'tensor', dtype, dims: x } },
      { name: 'y', given: { kind: 'tensor', dtype, dims: y } },
    ],
    options: { inputs: [], guards: 'warn' },
  })
  return assumptions.join()
}

const CONVOLVED = 'return torch.conv1d(x, torch.ones(2, 3, 5)), y * 2'

it.each<[string, string, readonly number[], readonly number[], DType, string]>([
  [
    'ids and their mask',
    'return x * y',
    [1, 12],
    [1, 12],
    'int64',
    '?input=x:i64[N,L=12]&input=y:i64[N,L=12]',
  ],
  [
    'two lengths',
    'return x * 2, y * 2',
    [1, 12],
    [1, 7],
    'int64',
    '?input=x:i64[N,L=12]&input=y:i64[N,L2=7]',
  ],
  [
    'vectors',
    'return x * y',
    [4, 9, 3],
    [4, 9, 3],
    'float32',
    '?input=x:f32[N=4,L=9,3]&input=y:f32[N=4,L=9,3]',
  ],
  ['sound', CONVOLVED, [4, 3, 90], [4, 6], 'float32', '?input=x:f32[N=4,3,L=90]&input=y:f32[N=4,6]'],
  [
    'images',
    'return x * 2, y * 2',
    [1, 3, 32, 48],
    [1, 8],
    'float32',
    '?input=x:f32[N,3,H=32,W=48]&input=y:f32[N,8]',
  ],
])('a trace of %s offers its sizes as names', (_, body, x, y, dtype, query) => {
  expect(assumption(body, x, y, dtype)).toMatch(/^Inputs as traced, with the batch dynamic: /)
  expect(assumption(body, x, y, dtype).split('name them: ')[1]).toBe(query)
})

it('a trace of features has no size to open', () => {
  expect(assumption('return x * y', [4, 6], [4, 6], 'float32')).toBe(
    'Inputs as traced, with the batch dynamic: input=x:f32[N=4,6]&input=y:f32[N=4,6]',
  )
})
