import type { CallExpression } from '../../source/index.ts'
import type { ClassValue, PyValue } from '../values/index.ts'
import type { Completion } from './completion.ts'
import type { Interpreter } from './interpreter.ts'

/** A call that is not a call: its arguments are syntax (`annotate(List[int], [])`). */
export type SpecialForm = (interpreter: Interpreter, call: CallExpression, scope: Scope) => PyValue

/** What the names of one source file start from. */
export interface ModuleContext {
  readonly file: string
  /** Dotted name, as imports spell it. */
  readonly name: string
  /** Names seen by all of the file's code, below its own globals. */
  readonly builtins: Pick<ReadonlyMap<string, PyValue>, 'get'>
  readonly forms: ReadonlyMap<string, SpecialForm>
  /** `import name`. */
  readonly importModule: (name: string, level: number) => PyValue
  /** Of the built-in library: errors and guards cite the user's line that called it, not its own. */
  readonly isLibrary: boolean
}

/** Names bound by a file, a class body, a call or a comprehension. */
export class Scope {
  readonly kind: 'module' | 'class' | 'function'
  readonly module: ModuleContext
  readonly parent: Scope | undefined
  readonly names = new Map<string, PyValue>()
  /** The exception that the running handler caught: what a bare `raise` raises again. */
  caught: Error | undefined
  /** The class that a class body makes, once it is made: where `super()` starts. */
  made: ClassValue | undefined
  /** Of a comprehension: `:=` binds outside of it. */
  isComprehension = false
  /** What is still to be run of the blocks around a statement, the innermost last, given how that statement ended. */
  readonly rest: ((completion: Completion) => Completion)[] = []
  readonly #declared = new Map<string, Scope>()

  constructor(kind: Scope['kind'], module: ModuleContext, parent?: Scope) {
    this.kind = kind
    this.module = module
    this.parent = parent
  }

  child(kind: 'class' | 'function'): Scope {
    return new Scope(kind, this.module, this)
  }

  /** As Python: locals, enclosing functions, the file, builtins; a class body is seen only from itself. */
  lookup(name: string): PyValue | undefined {
    const found = this.#find(name)
    if (found?.kind === 'undecided') throw found.error
    return found
  }

  #find(name: string): PyValue | undefined {
    const declared = this.#declared.get(name)
    if (declared) return declared.names.get(name)
    const own = this.names.get(name)
    if (own) return own
    for (let scope = this.parent; scope; scope = scope.parent) {
      const found = scope.kind === 'class' ? undefined : scope.names.get(name)
      if (found) return found
    }
    return this.module.builtins.get(name)
  }

  assign(name: string, value: PyValue): void {
    const target = this.#declared.get(name) ?? this
    target.names.set(name, value)
  }

  /** `name := value` */
  assignNamed(name: string, value: PyValue): void {
    if (this.isComprehension && this.parent) this.parent.assignNamed(name, value)
    else this.assign(name, value)
  }

  delete(name: string): boolean {
    return (this.#declared.get(name) ?? this).names.delete(name)
  }

  declareGlobal(name: string): void {
    this.#declared.set(name, this.root)
  }

  declareNonlocal(name: string): void {
    for (let scope = this.parent; scope; scope = scope.parent) {
      if (scope.kind === 'function' && scope.names.has(name)) {
        this.#declared.set(name, scope)
        return
      }
    }
  }

  get root(): Scope {
    return this.parent ? this.parent.root : this
  }

  /** The class in whose body this code stands. */
  get enclosingClass(): ClassValue | undefined {
    if (this.kind === 'class') return this.made
    return this.parent?.enclosingClass
  }
}
