import { ModelError } from '../../../errors/index.ts'
import type { Constructor, ConstructorContext, UnpickleOptions } from './constructor.ts'
import type { PickleReader } from './reader.ts'
import { describe, type PickleClass, type PickleStorage, type PickleValue, qualifiedName } from './value.ts'

/** Far above any model; below what would exhaust the memory of a build machine. */
const MAX_STACK = 4_000_000
const MAX_MEMO = 4_000_000
const MAX_NAME = 4096

/** Python 2's names for modules that Python 3 renamed; pickles of protocol 2 and below, PyTorch's own, use them. */
const RENAMED_MODULES = new Map([
  ['__builtin__', 'builtins'],
  ['copy_reg', 'copyreg'],
])

/**
 * The stack, marks and memo of a pickle's virtual machine. It names classes and never looks one up: a call makes a value
 * that we know how to make, or a record of the call.
 */
export class PickleMachine implements ConstructorContext {
  readonly reader: PickleReader
  readonly #options: UnpickleOptions
  readonly #stack: PickleValue[] = []
  readonly #marks: number[] = []
  readonly #memo = new Map<number, PickleValue>()
  readonly #classes = new Map<string, PickleValue>()
  #work = 0
  /** What is being run, for error messages. */
  opcode = ''
  opcodeAt = 0

  constructor(reader: PickleReader, options: UnpickleOptions) {
    this.reader = reader
    this.#options = options
  }

  /** The place is added where the error leaves the unpickler. */
  damaged(what: string): ModelError {
    return new ModelError('CORRUPT_FILE', {
      what: `A pickle is damaged: ${this.opcode} ${what}`,
      next: 'Download or save the file again',
    })
  }

  push(value: PickleValue): void {
    if (this.#stack.length >= MAX_STACK) throw this.#over('values on its stack', MAX_STACK)
    this.#stack.push(value)
  }

  pop(): PickleValue {
    const floor = this.#marks.at(-1) ?? 0
    const value = this.#stack.length > floor ? this.#stack.pop() : undefined
    if (!value) throw this.damaged('finds too few values on the stack')
    return value
  }

  top(): PickleValue {
    const value = this.#stack.length > (this.#marks.at(-1) ?? 0) ? this.#stack.at(-1) : undefined
    if (!value) throw this.damaged('finds no value on the stack')
    return value
  }

  mark(): void {
    if (this.#marks.length >= MAX_STACK) throw this.#over('marks on its stack', MAX_STACK)
    this.#marks.push(this.#stack.length)
  }

  /** The values above the last mark, bottom first; the mark goes too. */
  popToMark(): PickleValue[] {
    const mark = this.#marks.pop()
    if (mark === undefined) throw this.damaged('finds no mark on the stack')
    return this.#stack.splice(mark)
  }

  /** POP takes a mark away when nothing lies above it. */
  discard(): void {
    if (this.#marks.at(-1) === this.#stack.length) this.#marks.pop()
    else this.pop()
  }

  remember(index: number): void {
    if (this.#memo.size >= MAX_MEMO) throw this.#over('values in its memo', MAX_MEMO)
    this.#memo.set(index, this.top())
  }

  /** MEMOIZE numbers values by how many there are. */
  memoize(): void {
    this.remember(this.#memo.size)
  }

  recall(index: number): void {
    const value = this.#memo.get(index)
    if (!value) throw this.damaged(`asks for value ${index} of the memo, which does not hold it`)
    this.push(value)
  }

  /** The value that a global name stands for: a dtype, or the class by name. */
  global(module: string, name: string): PickleValue {
    if (module.length > MAX_NAME || name.length > MAX_NAME) throw this.damaged('names an absurdly long class')
    const key = `${module}\n${name}`
    const known = this.#classes.get(key)
    if (known) return known
    const renamed = RENAMED_MODULES.get(module) ?? module
    const type: PickleClass = { kind: 'class', module: renamed, name }
    const value = this.#options.constants.get(qualifiedName(type)) ?? type
    this.#classes.set(key, value)
    return value
  }

  /** What calling `callee` gives: a value of a kind we know, else the call itself as a record. */
  call(callee: PickleValue, args: readonly PickleValue[]): PickleValue {
    if (callee.kind !== 'class') return { kind: 'object', class: UNNAMED_CALL, args: [callee, ...args] }
    const make: Constructor | undefined = this.#options.constructors.get(qualifiedName(callee))
    return make?.(args, this, callee) ?? { kind: 'object', class: callee, args }
  }

  persistent(id: PickleValue): PickleValue {
    const load = this.#options.persistentLoad
    if (!load) throw this.damaged('refers to data that is kept outside of the pickle, and there is none')
    return load(id)
  }

  /** Some writers of old tar files leave a storage's id where the storage belongs. */
  storage(value: PickleValue | undefined): PickleStorage {
    const found = value?.kind === 'tuple' ? this.persistent(value) : value
    if (found?.kind === 'storage') return found
    throw this.damaged(`makes a tensor of ${found ? describe(found) : 'nothing'} where a storage belongs`)
  }

  charge(elements: number): void {
    this.#work += elements
    if (this.#work > this.reader.position * 16 + 65_536) throw this.#over('elements made from repeated parts')
  }

  #over(what: string, limit?: number): ModelError {
    return new ModelError('LIMIT_EXCEEDED', {
      what: `${this.reader.source.name} has too many ${what}${limit ? `: ${limit} are allowed` : ''}`,
      why: 'No model needs that, and a hostile file could exhaust the memory',
    })
  }
}

/** Stands for a callee that is a value and not a name: a bound method, a partial. It is the first of `args`. */
const UNNAMED_CALL: PickleClass = { kind: 'class', module: 'builtins', name: '<call of a value>' }
