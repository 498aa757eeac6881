import type { ModelError } from '../../../errors/index.ts'
import { formatWhere, type Where } from '../../../errors/index.ts'
import type { Builder, Dim, Graph, InsertionPoint, Model, Relation, Value } from '../../../graph/index.ts'
import type { Guard } from '../../format.ts'
import type { Position } from '../source/index.ts'
import { Budget } from './budget.ts'
import { sourcePath } from './source-path.ts'
import { UnsupportedOperators } from './unsupported.ts'
import type { WeightLoading } from './weight-loading.ts'

/** Where a place of the program came from, in the user's own words. The column narrows it down where it is known. */
export type Relocate = (at: {
  readonly file: string
  readonly line: number
  readonly column?: number
}) => Where

/** A comparison of dims that was taken to hold. */
export interface Condition {
  readonly a: Dim
  readonly relation: Relation
  readonly b: Dim
}

/** A guard with what it says of dims. */
export interface Decision extends Guard {
  /** One of them was taken to hold. */
  readonly conditions: readonly Condition[]
  /** Whether an operator cannot do without it; else the program went the way of the hints. */
  readonly isRequired: boolean
}

/** A whole number that a float of dynamic sizes was made, for which no expression stands. */
export interface RoundedSize {
  /** How it is computed: equal ones are the same number. */
  readonly key: string
  readonly dim: Dim
  /** Its value at the hints. */
  readonly hint: number
  readonly behind: readonly Dim[]
}

/** Makes the builder of a graph: of the main one without an argument. */
export type BuilderAt = (at?: InsertionPoint) => Builder

/** What one evaluation builds and notes: the graph under construction, guards, assumptions, warnings, budgets. */
export class Session {
  readonly model: Model
  readonly budget = new Budget()
  readonly unsupported: UnsupportedOperators
  /** While the model's own method runs: what it writes to its modules would carry over to the next call. */
  isForward = false
  /** While the file's weights are loaded; before that, a model that loads weights has none to load. */
  loading: WeightLoading | undefined
  /** While a model runs on placeholders, to see what first consumes them: a test of one is taken to fail. */
  isProbing = false
  /** Of TorchScript, whose ints have 64 bits. */
  hasInt64s = false
  /** While a file runs as an import: what it binds is not yet used. */
  isImporting = false
  /** Within a `try` that handles ImportError. */
  failsUnknownImports = false
  /** Which tensor holds the number that a symbol without a hint stands for. */
  readonly computed = new Map<string, Value>()
  /** The whole numbers that the graph computes from sizes alone. */
  readonly rounded: RoundedSize[] = []
  #decisions = new Map<string, Decision>()
  /** Of a text that is being made: why nothing may be decided by it. */
  #unreadable: ModelError | undefined
  #isText = false
  readonly #assumptions = new Set<string>()
  readonly #warnings = new Set<string>()
  #isGuarded = true
  /** Where the program stands: nodes, guards and errors cite it. */
  #position: Position | undefined

  readonly #relocate: Relocate
  readonly #builderAt: BuilderAt
  #b: Builder

  /** @param relocate From a line of the program to the user's own, where they differ. */
  constructor(model: Model, builderAt: BuilderAt, relocate: Relocate = ({ file, line }) => ({ file, line })) {
    this.model = model
    this.#builderAt = builderAt
    this.#b = builderAt()
    this.unsupported = new UnsupportedOperators()
    this.#relocate = relocate
  }

  /** Emits into the graph at hand: the main one, or the branch or body that is being made. */
  get b(): Builder {
    return this.#b
  }

  /** Runs what emits into a branch or body of a node to come, which sees what stands so far around it. */
  inGraph<T>(graph: Graph, run: () => T): T {
    const outer = this.#b
    this.#b = this.#builderAt({ graph, outer: outer.at })
    this.#b.origin = outer.origin
    try {
      return run()
    } finally {
      this.#b = outer
    }
  }

  /** Runs a file's statements as an import does. */
  importing<T>(run: () => T): T {
    const before = this.isImporting
    this.isImporting = true
    try {
      return run()
    } finally {
      this.isImporting = before
    }
  }

  get position(): Position | undefined {
    return this.#position
  }

  moveTo(position: Position): void {
    this.#position = position
    this.b.origin = { file: position.file, line: position.line }
  }

  /** Runs what emits nodes for another place of the program: a write that is carried out when it is first read. */
  emittingFor<T>(origin: Where | undefined, emit: () => T): T {
    const before = this.b.origin
    this.b.origin = origin
    try {
      return emit()
    } finally {
      this.b.origin = before
    }
  }

  /** The user's line where the program stands, as text. */
  get place(): string {
    return this.placeOf(this.#position)
  }

  /** A line of the program in the user's own words, for what is told with the result. */
  placeOf(where: Where | undefined): string {
    const { file, line } = where ?? {}
    if (file === undefined || line === undefined) return ''
    const place = this.#relocate({ ...where, file, line })
    return formatWhere({ ...place, file: place.file === undefined ? undefined : sourcePath(place.file) })
  }

  /** Runs what no decision follows from: texts that are printed. */
  unguarded<T>(run: () => T): T {
    const before = this.#isGuarded
    this.#isGuarded = false
    try {
      return run()
    } finally {
      this.#isGuarded = before
    }
  }

  /**
   * Makes what a decision may follow from later, such as a text. `record`, if there is anything to record, is called then:
   * it notes the guards, and throws if it must not be read.
   */
  deferred<T>(run: () => T): { readonly result: T; readonly record: (() => void) | undefined } {
    const kept = { decisions: this.#decisions, unreadable: this.#unreadable, isText: this.#isText }
    const own = new Map<string, Decision>()
    this.#decisions = own
    this.#unreadable = undefined
    this.#isText = true
    try {
      const result = run()
      const unreadable = this.#unreadable
      if (own.size === 0 && !unreadable) return { result, record: undefined }
      return { result, record: () => this.#recordAll(own, unreadable) }
    } finally {
      this.#decisions = kept.decisions
      this.#unreadable = kept.unreadable
      this.#isText = kept.isText
    }
  }

  /** Nothing may be decided by what is being made: its text may be shown, and not read. */
  refuseReading(error: ModelError): void {
    if (!this.#isGuarded) return
    if (!this.#isText) throw error
    this.#unreadable ??= error
  }

  #recordAll(decisions: ReadonlyMap<string, Decision>, unreadable: ModelError | undefined): void {
    if (!this.#isGuarded) return
    if (unreadable) this.refuseReading(unreadable)
    for (const decision of decisions.values()) this.#note(decision)
  }

  /** Records what was taken to hold. */
  guard(decision: Decision): void {
    if (this.#isGuarded) this.#note(decision)
  }

  #note(decision: Decision): void {
    const key = `${decision.assumed} ${decision.at}`
    if (!this.#decisions.has(key)) this.#decisions.set(key, decision)
  }

  assume(text: string): void {
    this.#assumptions.add(text)
  }

  warn(text: string): void {
    this.#warnings.add(text)
  }

  get decisions(): readonly Decision[] {
    return [...this.#decisions.values()]
  }

  get guards(): readonly Guard[] {
    return this.decisions.map(({ dim, assumed, at }) => ({ dim, assumed, at }))
  }

  get assumptions(): readonly string[] {
    return [...this.#assumptions]
  }

  get warnings(): readonly string[] {
    return [...this.#warnings]
  }
}
