import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { FrontEndOptions } from '../../../../src/formats/index.ts'
import { verify } from '../../../../src/graph/index.ts'
import { rewrite } from '../../../../src/rewrite/index.ts'
import { runModel } from '../../../support/run-model.ts'
import { fixturePath } from '../../../support/samples.ts'
import { callSource } from '../call-source.ts'
import { convertFixture } from './convert.ts'

interface Recorded {
  readonly dims: readonly number[]
  readonly data: readonly number[]
}

interface Cases {
  readonly inputs: readonly Recorded[]
  /** By program: for every input what torch gives. */
  readonly answers: Readonly<Record<string, readonly (readonly Recorded[])[]>>
}

const { inputs, answers }: Cases = JSON.parse(readFileSync(fixturePath('control-flow/cases.json'), 'utf8'))

const FORMS: readonly (readonly [form: string, file: string, options: Partial<FrontEndOptions>])[] = [
  ['scripted', 'control-flow/programs.pt', {}],
  ['as source', 'control-flow/programs.pth', { arch: './programs.py', class: 'Programs' }],
]

const ROWS = Object.keys(answers).flatMap((program) =>
  FORMS.map(([form, file, options]) => [program, form, file, options] as const),
)

const x = { name: 'x', dtype: 'float32', dims: [{ name: 'N', hint: 3 }, 4] } as const

describe('branches and loops that depend on the data give what torch gives, whichever way they go', () => {
  it.each(ROWS)('%s, %s', async (program, _, file, options) => {
    const { model, guards } = convertFixture(file, { ...options, method: program, inputs: [x] })
    expect(guards).toEqual([])
    for (const level of ['none', 'all'] as const) {
      rewrite(model, { level })
      verify(model, { inference: true })
      for (const [at, { dims, data }] of inputs.entries()) {
        const results = await runModel(model, {
          x: { dtype: 'float32', dims, data: Float32Array.from(data) },
        })
        expectClose([...results.values()], answers[program]?.[at] ?? [])
      }
    }
  })

  it('are parts of the graph, not copies of it', () => {
    const operators = (method: string) =>
      [...convertFixture('control-flow/programs.pt', { method, inputs: [x] }).model.graph.nodes()].map(
        ({ op }) => op,
      )
    expect(operators('halves').filter((op) => op === 'Loop')).toHaveLength(1)
    expect(operators('either_layer').filter((op) => op === 'If')).toHaveLength(1)
  })
})

function expectClose(
  got: readonly { readonly dims: readonly number[]; readonly data: Iterable<number | bigint | string> }[],
  wanted: readonly Recorded[],
): void {
  expect(got.map(({ dims }) => dims.map(Number))).toEqual(wanted.map(({ dims }) => dims))
  for (const [at, { data }] of wanted.entries()) {
    const scale = Math.max(1, ...data.map(Math.abs))
    for (const [index, value] of Array.from(got[at]?.data ?? [], Number).entries())
      expect(Math.abs(value - (data[index] ?? Number.NaN)) / scale).toBeLessThan(1e-5)
  }
}

describe('what a graph has no form for is refused, where it matters', () => {
  const SUM = 'x.sum() > 0'
  it.each<[string, string[], string]>([
    [
      'a write to what may be two tensors, or one',
      ['z = x.clone()', `y = z if ${SUM} else x.clone()`, 'y += 1', 'return y, z'],
      'Whether two tensors share memory depends on data',
    ],
    [
      'kinds that differ, once they are used',
      [`if ${SUM}:`, '    y = x', 'else:', '    y = None', 'return y'],
      'y is a float32 tensor of rank 2 in one branch and None in the other',
    ],
    [
      'other ranks',
      [`y = x if ${SUM} else x.sum()`, 'return y'],
      'of rank 2 in one branch and a float32 tensor of rank 0',
    ],
    [
      'other dtypes',
      [`return x if ${SUM} else x.long()`],
      'a float32 tensor of rank 2 in one branch and a int64 tensor of rank 2',
    ],
    [
      'lists of other lengths',
      ['parts = []', `if ${SUM}:`, '    parts.append(x)', 'return torch.cat(parts)'],
      'in one branch and not there in the other',
    ],
    [
      'a list that grows from turn to turn',
      [
        'parts = [x]',
        'while x.sum() > 0:',
        '    x = x - 1',
        '    parts.append(x)',
        'return torch.cat(parts)',
      ],
      'an item of a list is added in each turn',
    ],
    ['a return from within', ['while x.sum() > 0:', '    return x', 'return x + 1'], 'holds a return'],
    [
      'another kind from turn to turn',
      ['y = None', 'while x.sum() > 0:', '    x = x - 1', '    y = x', 'return y'],
      'y changes from turn to turn',
    ],
  ])('%s', (_, body, message) => {
    expect(() => callSource(body, [{ name: 'N', hint: 2 }, 4])).toThrow(message)
  })

  it.each<[string, string[]]>([
    ['kinds that differ', [`if ${SUM}:`, '    y = x', 'else:', '    y = None', 'return x']],
    [
      'names of one branch alone',
      [`if ${SUM}:`, '    y = x + 1', '    z = y', 'else:', '    z = x', 'return z'],
    ],
  ])('and not where nobody asks: %s', (_, body) => {
    expect(() => callSource(body, [{ name: 'N', hint: 2 }, 4])).not.toThrow()
  })
})
