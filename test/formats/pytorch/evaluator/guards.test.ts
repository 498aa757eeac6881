import { expect, it } from 'vitest'
import { concrete, holds } from '../../../../src/formats/pytorch/evaluator/decisions.ts'
import { Session } from '../../../../src/formats/pytorch/evaluator/session.ts'
import { add, createBuilder, type Dim, floorDiv, Model, mul, symbol } from '../../../../src/graph/index.ts'
import { evaluateDim } from '../../../../src/runtime/dim-expression.ts'

const H = symbol('H')

/** Where the image is tried at 224. */
function session(): Session {
  const model = new Model()
  model.facts.set('H', { min: 1, max: Number.POSITIVE_INFINITY, hint: 224 })
  return new Session(model, () => createBuilder(model))
}

/** ⌊(d·d + i)/7⌋ and so on: sizes that grow with every layer, as windowed attention has them. */
function nested(levels: number): Dim {
  let dim: Dim = H
  for (let i = 0; i < levels; i++) dim = floorDiv(add(mul(dim, dim), i + 3), 7)
  return dim
}

it('a decision on a dim too long for a name is spelled out, so that the page can check it', () => {
  const told = session()
  expect(holds(told, nested(2), '>', 100)).toBe(true)
  const [guard] = told.guards
  expect(guard).toEqual({
    dim: 'H',
    assumed: 'floor((floor((H*H + 3)/7)*floor((H*H + 3)/7) + 4)/7) > 100',
    at: '',
  })
  expect(evaluateDim(guard?.assumed ?? '', new Map([['H', 224]]))).toBe(1)
  expect(evaluateDim(guard?.assumed ?? '', new Map([['H', 8]]))).toBe(0)
  expect(told.warnings).toEqual([])
})

it('a dim taken at its hint is spelled out too', () => {
  const told = session()
  expect(concrete(told, floorDiv(add(H, 31), 32))).toBe(7)
  expect(told.guards.map(({ assumed }) => assumed)).toEqual(['floor((H + 31)/32) == 7'])
})

it('a decision on an expression that cannot be carried along is warned of', () => {
  const told = session()
  expect(holds(told, nested(8), '<', H)).toBe(false)
  const [guard] = told.guards
  expect(guard?.assumed).toMatch(/^dim_\w+ >= H$/)
  expect(told.warnings).toEqual([
    `The conversion relies on ${guard?.assumed}, an expression too long to be checked when the model runs`,
  ])
})
