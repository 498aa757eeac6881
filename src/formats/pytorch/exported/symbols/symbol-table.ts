import { type Dim, decide, evaluate, type Model, symbolName, symbolsOf } from '../../../../graph/index.ts'
import type { Range, Size } from '../program/program.ts'
import { dimOfExpression, valueOfExpression } from './evaluate-expression.ts'
import { type Expression, parseExpression } from './parse-expression.ts'

/** Stands for sizes that only the data decides where recorded and computed sizes are compared by example. */
const EXAMPLE = 7

/**
 * What the symbols of a program (`s77`: of an input, `u0`: of the data) are in the graph: dims of its inputs, numbers that the
 * request fixes, sizes that an operator made.
 */
export class SymbolTable {
  readonly #model: Model
  readonly #ranges: ReadonlyMap<string, Range>
  readonly #bound = new Map<string, Dim>()
  readonly #parsed = new Map<string, Expression>()
  /** Our symbols at the sizes that the model was exported with. */
  readonly #example = new Map<string, number>()

  constructor(model: Model, ranges: ReadonlyMap<string, Range>) {
    this.#model = model
    this.#ranges = ranges
  }

  /** Notes which size a dim of an input had when the model was exported. */
  exportedAs(dim: Dim, size: number | undefined): void {
    const name = symbolName(dim)
    if (name !== undefined && size !== undefined && !this.#example.has(name)) this.#example.set(name, size)
  }

  bind(symbol: string, dim: Dim): void {
    this.#bound.set(symbol, dim)
  }

  isBound(symbol: string): boolean {
    return this.#bound.has(symbol)
  }

  expression({ text }: Exclude<Size, number>): Expression {
    const known = this.#parsed.get(text)
    if (known) return known
    const parsed = parseExpression(text)
    this.#parsed.set(text, parsed)
    return parsed
  }

  /** The size as a dim; undefined where it holds a symbol that is not bound, or no dim says it. */
  dim(size: Size): Dim | undefined {
    return typeof size === 'number' ? size : dimOfExpression(this.expression(size), this.#bound)
  }

  /**
   * Whether a dim may be the recorded size. A symbol of the data that is met first is the dim from then on. Where algebra
   * does not settle it, the two are compared at the sizes that the model was exported with.
   */
  agrees(size: Size, dim: Dim): boolean {
    if (typeof size !== 'number' && this.#bindsFirst(this.expression(size), dim)) return true
    const recorded = this.dim(size)
    const { facts } = this.#model
    const settled = recorded === undefined ? undefined : decide(recorded, '==', dim, facts)
    return settled ?? this.#agreeByExample(size, dim)
  }

  #bindsFirst(expression: Expression, dim: Dim): boolean {
    if (expression.kind !== 'symbol' || this.#bound.has(expression.name)) return false
    this.#bound.set(expression.name, dim)
    this.#narrow(expression.name, dim)
    return true
  }

  /** What the file knows of a size that only the data decides. */
  #narrow(symbol: string, dim: Dim): void {
    const range = this.#ranges.get(symbol)
    const name = symbolName(dim)
    const facts = name === undefined ? undefined : this.#model.facts.get(name)
    if (!range || name === undefined || !facts || facts.hint !== undefined) return
    const [min, max] = [Math.max(facts.min, range.min), Math.min(facts.max, range.max)]
    if (min <= max) this.#model.facts.set(name, { ...facts, min, max })
  }

  /** Sizes of the data that no symbol of the program stands for could be any: they are taken to agree. */
  #agreeByExample(size: Size, dim: Dim): boolean {
    const known = new Set([...this.#bound.values()].flatMap((each) => [...symbolsOf(each)]))
    for (const name of symbolsOf(dim)) {
      if (this.#isOpen(name) && !known.has(name)) return true
    }
    const recorded = typeof size === 'number' ? size : this.#recordedExample(this.expression(size))
    const computed = evaluate(dim, this.#exampleOf(symbolsOf(dim)))
    return recorded === undefined || computed === undefined || recorded === computed
  }

  #recordedExample(expression: Expression): number | undefined {
    const sizes = new Map<string, number>()
    for (const [symbol, dim] of this.#bound) {
      const value = evaluate(dim, this.#exampleOf(symbolsOf(dim)))
      if (value !== undefined) sizes.set(symbol, value)
    }
    return valueOfExpression(expression, sizes)
  }

  #exampleOf(names: Iterable<string>): Map<string, number> {
    return new Map([...names].map((name) => [name, this.#sizeOf(name)]))
  }

  #sizeOf(name: string): number {
    const facts = this.#model.facts.get(name)
    const { min = 0, max = Number.POSITIVE_INFINITY } = facts ?? {}
    return this.#example.get(name) ?? facts?.hint ?? Math.min(Math.max(EXAMPLE, min), max)
  }

  #isOpen(name: string): boolean {
    return this.#model.facts.get(name)?.hint === undefined && !this.#example.has(name)
  }
}
