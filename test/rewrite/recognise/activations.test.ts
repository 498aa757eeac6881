import { describe, expect, it } from 'vitest'
import type { Builder, Value } from '../../../src/graph/index.ts'
import { rewrittenOperators, tokensModel } from './rewritten.ts'

type Case = readonly [string, (b: Builder, x: Value) => Value, readonly string[]]

const of = (b: Builder, value: number) => b.scalar('float32', value)
const erf = (b: Builder, x: Value) => b.erf(b.div(x, of(b, Math.SQRT2)))
const cube = (b: Builder, x: Value) => b.mul(b.mul(x, x), x)
const tanh = (b: Builder, x: Value, cubed: Value) =>
  b.tanh(b.mul(of(b, Math.sqrt(2 / Math.PI)), b.add(x, b.mul(of(b, 0.044715), cubed))))
const relu6 = (b: Builder, x: Value) => b.clip(b.add(x, of(b, 3)), { min: of(b, 0), max: of(b, 6) })

const SPELLINGS: readonly Case[] = [
  ['x·(1 + erf(x/√2))·0.5', (b, x) => b.mul(b.mul(x, b.add(erf(b, x), of(b, 1))), of(b, 0.5)), ['Gelu']],
  ['0.5·x·(1 + erf(x/√2))', (b, x) => b.mul(b.mul(of(b, 0.5), x), b.add(of(b, 1), erf(b, x))), ['Gelu']],
  ['x·(0.5·(erf + 1))', (b, x) => b.mul(x, b.mul(of(b, 0.5), b.add(erf(b, x), of(b, 1)))), ['Gelu']],
  ['x·(0.5 + 0.5·erf)', (b, x) => b.mul(b.add(of(b, 0.5), b.mul(of(b, 0.5), erf(b, x))), x), ['Gelu']],
  [
    '(x + x·erf(0.7071·x))/2',
    (b, x) => b.div(b.add(x, b.mul(x, b.erf(b.mul(of(b, Math.SQRT1_2), x)))), of(b, 2)),
    ['Gelu'],
  ],
  [
    'GELU of twice x, where the halves of both meet',
    (b, x) => {
      const twice = b.mul(x, of(b, 2))
      return b.mul(b.mul(b.add(b.erf(b.mul(x, of(b, Math.SQRT2))), of(b, 1)), twice), of(b, 0.5))
    },
    ['Mul', 'Mul', 'Erf', 'Add', 'Mul', 'Mul'],
  ],
  [
    'tanh GELU with x³ as a power',
    (b, x) => b.mul(b.mul(x, of(b, 0.5)), b.add(tanh(b, x, b.pow(x, of(b, 3))), of(b, 1))),
    ['Gelu'],
  ],
  [
    'tanh GELU with x³ as a product',
    (b, x) => b.mul(b.mul(of(b, 0.5), b.add(of(b, 1), tanh(b, x, cube(b, x)))), x),
    ['Gelu'],
  ],
  [
    'tanh GELU as x·k·(1 + 0.044715·x²)',
    (b, x) => {
      const inner = b.mul(
        b.mul(x, of(b, Math.sqrt(2 / Math.PI))),
        b.add(of(b, 1), b.mul(of(b, 0.044715), b.mul(x, x))),
      )
      return b.mul(b.mul(x, of(b, 0.5)), b.add(b.tanh(inner), of(b, 1)))
    },
    ['Gelu'],
  ],
  ['x·sigmoid(x)', (b, x) => b.mul(b.sigmoid(x), x), ['QuickGelu']],
  ['x·sigmoid(1.702·x)', (b, x) => b.mul(x, b.sigmoid(b.mul(x, of(b, 1.702)))), ['QuickGelu']],
  ['x/(1 + e^−x)', (b, x) => b.div(x, b.add(of(b, 1), b.exp(b.neg(x)))), ['QuickGelu']],
  ['x·clip(x + 3, 0, 6)/6', (b, x) => b.div(b.mul(x, relu6(b, x)), of(b, 6)), ['HardSwish']],
  ['x·(clip(x + 3, 0, 6)/6)', (b, x) => b.mul(b.mul(relu6(b, x), of(b, 1 / 6)), x), ['HardSwish']],
  ['clip(x + 3, 0, 6)/6', (b, x) => b.div(relu6(b, x), of(b, 6)), ['HardSigmoid']],
  [
    'clip(0.2·x + 0.5, 0, 1)',
    (b, x) => b.clip(b.add(b.mul(x, of(b, 0.2)), of(b, 0.5)), { min: of(b, 0), max: of(b, 1) }),
    ['HardSigmoid'],
  ],
  ['x/(1 + |x|)', (b, x) => b.div(x, b.add(of(b, 1), b.abs(x))), ['Softsign']],
]

describe('recognise-activations', () => {
  it.each(SPELLINGS)('%s', async (_, build, wanted) => {
    expect(await rewrittenOperators(tokensModel(build))).toEqual(wanted)
  })

  it('finds them around a value that is a sum itself', async () => {
    const model = tokensModel((b, x) => {
      const sum = b.add(b.sin(x), b.cos(x))
      return b.mul(b.mul(sum, b.add(erf(b, sum), of(b, 1))), of(b, 0.5))
    })
    expect(await rewrittenOperators(model)).toEqual(['Sin', 'Cos', 'Add', 'Gelu'])
  })

  const LEFT: readonly Case[] = [
    [
      'a factor that is not GELU’s',
      (b, x) => b.mul(b.mul(x, b.add(erf(b, x), of(b, 1))), of(b, 0.6)),
      ['Div', 'Erf', 'Add', 'Mul', 'Mul'],
    ],
    [
      'an erf of another slope',
      (b, x) => b.mul(b.mul(x, b.add(b.erf(x), of(b, 1))), of(b, 0.5)),
      ['Erf', 'Add', 'Mul', 'Mul'],
    ],
    [
      'an erf of another value',
      (b, x) => b.mul(b.mul(x, b.add(erf(b, b.sin(x)), of(b, 1))), of(b, 0.5)),
      ['Sin', 'Div', 'Erf', 'Add', 'Mul', 'Mul'],
    ],
    [
      'an inner value that is read elsewhere',
      (b, x) => {
        const gate = b.sigmoid(x)
        return b.add(b.mul(x, gate), b.sin(gate))
      },
      ['Sigmoid', 'Mul', 'Sin', 'Add'],
    ],
    ['x·sigmoid(x + 1)', (b, x) => b.mul(x, b.sigmoid(b.add(x, of(b, 1)))), ['Add', 'Sigmoid', 'Mul']],
    [
      'a clip that starts above 0',
      (b, x) => b.div(b.clip(b.add(x, of(b, 3)), { min: of(b, 1), max: of(b, 6) }), of(b, 6)),
      ['Add', 'Clip', 'Div'],
    ],
    [
      'a constant that makes the result larger than x',
      (b, x) => b.mul(b.mul(x, b.add(erf(b, x), b.unsqueeze(of(b, 1), b.int64s([0, 1, 2, 3])))), of(b, 0.5)),
      ['Div', 'Erf', 'Add', 'Mul', 'Mul'],
    ],
  ]
  it.each(LEFT)('leaves %s', async (_, build, wanted) => {
    expect(await rewrittenOperators(tokensModel(build))).toEqual(wanted)
  })

  it('leaves dtypes for which the target has no kernel', async () => {
    const model = tokensModel((b, x) => {
      const wide = b.cast(x, { to: 11 })
      return b.cast(b.mul(wide, b.sigmoid(b.mul(wide, b.scalar('float64', 1.5)))), { to: 1 })
    })
    expect(await rewrittenOperators(model)).not.toContain('QuickGelu')
  })
})
