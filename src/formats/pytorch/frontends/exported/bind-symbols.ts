import { ModelError } from '../../../../errors/index.ts'
import { type Dim, floorDiv, type Relation, sub } from '../../../../graph/index.ts'
import { holds } from '../../evaluator/decisions.ts'
import type { Session } from '../../evaluator/session.ts'
import type { PyValue } from '../../evaluator/values/index.ts'
import type { Size } from '../../exported/program/program.ts'
import { valueOfExpression } from '../../exported/symbols/evaluate-expression.ts'
import type { Expression } from '../../exported/symbols/parse-expression.ts'
import type { SymbolTable } from '../../exported/symbols/symbol-table.ts'
import type { UserInput } from './user-inputs.ts'

interface Axis {
  readonly input: string
  readonly axis: number
  readonly size: Size
  readonly dim: Dim
}

/**
 * Binds the symbols of the program to the dims of the inputs. Where a size is an expression (`8*s0`), its symbol is computed from
 * the dim, and that the dim is such a size becomes a guard.
 *
 * @throws ModelError BAD_INPUT_SHAPE where the sizes to try do not fit.
 */
export function bindSymbols(
  session: Session,
  symbols: SymbolTable,
  inputs: readonly UserInput[],
  values: ReadonlyMap<string, PyValue>,
): void {
  const axes = inputs.flatMap((input) => axesOf(input, values.get(input.name)))
  for (const { size, dim } of axes) symbols.exportedAs(dim, typeof size === 'number' ? size : size.hint)
  const composite: Axis[] = []
  for (const at of axes) {
    if (typeof at.size === 'number') continue
    const expression = symbols.expression(at.size)
    if (expression.kind !== 'symbol') composite.push(at)
    else if (!symbols.isBound(expression.name)) symbols.bind(expression.name, at.dim)
    else demand(session, symbols, at)
  }
  for (const at of composite) {
    if (typeof at.size === 'number') continue
    const linear = linearIn(symbols.expression(at.size), symbols)
    if (linear) symbols.bind(linear.symbol, floorDiv(sub(at.dim, linear.constant), linear.factor))
    demand(session, symbols, at)
  }
}

function axesOf({ name, record }: UserInput, value: PyValue | undefined): Axis[] {
  if (value?.kind !== 'tensor' || !record) return []
  return record.sizes.flatMap((size, axis) => {
    const dim = value.dims[axis]
    return dim === undefined ? [] : [{ input: name, axis, size, dim }]
  })
}

/** Records as a guard that the axis has the size that the program has there. */
function demand(session: Session, symbols: SymbolTable, { input, axis, size, dim }: Axis): void {
  const recorded = symbols.dim(size)
  if (recorded !== undefined) require(session, dim, '==', recorded, `axis ${axis} of ${input}`)
}

/** @throws ModelError BAD_INPUT_SHAPE where the sizes to try contradict the program. */
export function require(session: Session, a: Dim, relation: Relation, b: Dim, what: string): void {
  if (holds(session, a, relation, b)) return
  throw new ModelError('BAD_INPUT_SHAPE', {
    what: `The sizes do not fit the program: ${what}`,
    next: 'Give sizes in input= for which it holds, or leave input= out',
  })
}

interface Linear {
  readonly symbol: string
  readonly factor: number
  readonly constant: number
}

/** `8*s0 + 3` with a symbol that is not bound yet; undefined for any other expression. */
function linearIn(expression: Expression, symbols: SymbolTable): Linear | undefined {
  const free = [...namesIn(expression)].filter((name) => !symbols.isBound(name))
  const [symbol, second] = free
  if (symbol === undefined || second !== undefined) return undefined
  const [at0, at1, at2] = [0, 1, 2].map((value) => valueOfExpression(expression, new Map([[symbol, value]])))
  if (at0 === undefined || at1 === undefined || at2 === undefined) return undefined
  const factor = at1 - at0
  return factor > 0 && at2 - at1 === factor ? { symbol, factor, constant: at0 } : undefined
}

function namesIn(expression: Expression, found = new Set<string>()): Set<string> {
  if (expression.kind === 'symbol') found.add(expression.name)
  if (expression.kind === 'call') for (const arg of expression.args) namesIn(arg, found)
  return found
}
