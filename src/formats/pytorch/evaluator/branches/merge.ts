import { ModelError } from '../../../../errors/index.ts'
import type { DType, Value } from '../../../../graph/index.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { DictValue, InstanceValue, ListValue, type PyValue, rowMajor, TensorHandle } from '../values/index.ts'
import { fillerLike } from './filler.ts'
import type { Reachable } from './reachable.ts'
import { refuseSharedWrite } from './refusals.ts'
import { numberType, numberValue, undecidedInt, undecidedNumber } from './undecided-number.ts'

/** A value that each branch computes in its own way. */
export interface Output {
  /** Emits it, where that branch ended. */
  readonly of: readonly [() => Value, () => Value]
  /** What the node gives; set once it is there. */
  value?: Value
}

/** Gives the merged value, once the node is there. */
type Resolve = () => PyValue

/** Puts what two branches leave at one place into one value. */
export class Merge {
  readonly outputs: Output[] = []
  readonly #i: Interpreter
  readonly #before: Reachable
  readonly #plans = new Map<PyValue, Map<PyValue, Resolve | undefined>>()
  /** Objects that one branch made, and what they were merged with: an object cannot become two. */
  readonly #partner = new Map<PyValue, PyValue>()
  /** By the storage that they had in a branch. */
  readonly #merged = new Map<TensorHandle, TensorHandle[]>()

  /** @param before What there was before the branches. */
  constructor(i: Interpreter, before: Reachable) {
    this.#i = i
    this.#before = before
  }

  /** @returns Undefined where no one value of a graph is both. */
  plan(a: PyValue, b: PyValue): Resolve | undefined {
    if (a === b) return () => a
    const known = this.#plans.get(a)
    if (known?.has(b)) return known.get(b)
    const plan = this.#planPair(a, b)
    const plans = known ?? new Map<PyValue, Resolve | undefined>()
    plans.set(b, plan)
    this.#plans.set(a, plans)
    return plan
  }

  #planPair(a: PyValue, b: PyValue): Resolve | undefined {
    if (isUninitialized(b)) return this.#planLone(a, 0)
    if (isUninitialized(a)) return this.#planLone(b, 1)
    const dtype = numberType(a)
    if (dtype !== undefined && dtype === numberType(b)) return this.#planNumbers(a, b, dtype)
    if (a.kind === 'tensor' && b.kind === 'tensor') return this.#planTensors(a, b)
    if (a.kind === 'tuple' && b.kind === 'tuple') {
      if (a.typeName !== b.typeName || a.class !== b.class) return undefined
      const items = this.#planItems(a.items, b.items)
      return items && (() => ({ ...a, items: items.map((item) => item()) }))
    }
    if (isPlain(a) && a.kind === b.kind) return this.#i.equals(a, b) ? () => a : undefined
    return this.#areNew(a, b) ? this.#planObjects(a, b) : undefined
  }

  /** What one branch leaves, and the other has no value for: nothing reads it where that one is taken. */
  #planLone(value: PyValue, side: 0 | 1): Resolve | undefined {
    if (value.kind === 'tuple' || value.kind === 'list') {
      const items = this.#planItems(
        value.items,
        value.items.map(() => UNINITIALIZED),
        side,
      )
      const remade = (): PyValue[] => (items ?? []).map((item) => item())
      return (
        items &&
        once(() => (value.kind === 'tuple' ? { ...value, items: remade() } : new ListValue(remade())))
      )
    }
    const dtype = numberType(value)
    const isKnown = value.kind === 'tensor' ? this.#before.tensors.has(value) : !isSymbolic(value)
    if (isPlain(value) && isKnown) return () => value
    if (value.kind !== 'tensor' && dtype === undefined) return undefined
    const own = (): Value =>
      value.kind === 'tensor' ? value.read() : numberValue(this.#i, value, dtype ?? 'int64')
    const filler = (): Value => fillerLike(this.#i, own())
    const output = side === 0 ? this.#output(own, filler) : this.#output(filler, own)
    if (value.kind === 'tensor' && dtype === undefined)
      return once(() => this.#tensor(given(output), value, value))
    return once(() => this.#number(given(output)))
  }

  #number(value: Value): PyValue {
    return value.dtype === 'int64' ? undecidedInt(this.#i, value) : undecidedNumber(this.#i, value)
  }

  #planItems(a: readonly PyValue[], b: readonly PyValue[], side: 0 | 1 = 0): Resolve[] | undefined {
    if (a.length !== b.length) return undefined
    const plans = a.map((item, index) =>
      side === 0 ? this.plan(item, b[index] ?? item) : this.plan(b[index] ?? item, item),
    )
    return plans.every((plan) => plan !== undefined) ? plans : undefined
  }

  /** Two objects become one that is neither: right for what the branches made themselves, and only once for each. */
  #areNew(a: PyValue, b: PyValue): boolean {
    const isOld = [a, b].some((value) => isObject(value) && this.#before.holders.has(value))
    if (isOld || this.#partner.has(a) || this.#partner.has(b)) return false
    this.#partner.set(a, b)
    this.#partner.set(b, a)
    return true
  }

  #planObjects(a: PyValue, b: PyValue): Resolve | undefined {
    if (a.kind === 'list' && b.kind === 'list') {
      const items = this.#planItems(a.items, b.items)
      return items && once(() => new ListValue(items.map((item) => item())))
    }
    if (a.kind === 'dict' && b.kind === 'dict') return this.#planDicts(a, b)
    if (a.kind !== 'instance' || b.kind !== 'instance' || a.class !== b.class) return undefined
    const names = [...a.attributes.keys()]
    if (names.some((name) => !b.attributes.has(name))) return undefined
    const values = this.#planItems(
      [...a.attributes.values()],
      names.flatMap((name) => b.attributes.get(name) ?? []),
    )
    return (
      values &&
      once(() => new InstanceValue(a.class, new Map(values.map((value, at) => [names[at] ?? '', value()]))))
    )
  }

  #planDicts(a: DictValue, b: DictValue): Resolve | undefined {
    const keys = a.keys()
    if (a.size !== b.size || a.factory || b.factory || keys.some((key) => !b.has(key))) return undefined
    const values = this.#planItems(
      a.values(),
      keys.flatMap((key) => b.get(key) ?? []),
    )
    return values && once(() => new DictValue(keys.map((key, at) => [key, values[at]?.() ?? key])))
  }

  #planNumbers(a: PyValue, b: PyValue, dtype: DType): Resolve | undefined {
    if (isSameNumber(a, b)) return () => a
    const output = this.#output(
      () => numberValue(this.#i, a, dtype),
      () => numberValue(this.#i, b, dtype),
    )
    return once(() => this.#number(given(output)))
  }

  #planTensors(a: TensorHandle, b: TensorHandle): Resolve | undefined {
    if (a.dtype !== b.dtype || a.rank !== b.rank) return undefined
    const output = this.#output(
      () => a.read(),
      () => b.read(),
    )
    return once(() => this.#tensor(given(output), a, b))
  }

  /** What either branch's tensor shares memory with, the merged one may share memory with. */
  #tensor(value: Value, a: TensorHandle, b: TensorHandle): TensorHandle {
    const roots = [...new Set([a.root, b.root])]
    const others = roots.flatMap((root) =>
      this.#before.tensors.has(root) ? [root] : (this.#merged.get(root) ?? []),
    )
    const isAsNew = a.isLaidOutAsNew && b.isLaidOutAsNew
    const layout = { strides: isAsNew ? rowMajor(value.dims) : undefined, offset: isAsNew ? 0 : undefined }
    const made =
      others.length > 0
        ? TensorHandle.mayShare(others, value, layout, () => refuseSharedWrite(this.#i))
        : isAsNew
          ? new TensorHandle(value)
          : new TensorHandle(value).laidOut(layout)
    for (const root of roots) this.#merged.set(root, [...(this.#merged.get(root) ?? []), made])
    return made
  }

  #output(a: () => Value, b: () => Value): Output {
    const output: Output = { of: [a, b] }
    this.outputs.push(output)
    return output
  }
}

const UNINITIALIZED: PyValue = { kind: 'constant', name: 'uninitialized' }

const isSymbolic = (value: PyValue): boolean =>
  (value.kind === 'int' && typeof value.value !== 'number') ||
  (value.kind === 'float' && value.symbolic !== undefined)

/** The node is there before anything is made of what it gives. */
function given({ value }: Output): Value {
  if (value) return value
  throw new ModelError('INTERNAL', { what: 'A branch is merged before its node is made' })
}

/** The same object each time. */
function once(make: Resolve): Resolve {
  let made: PyValue | undefined
  return () => {
    made ??= make()
    return made
  }
}

const PLAIN: ReadonlySet<PyValue['kind']> = new Set([
  'none',
  'bool',
  'int',
  'float',
  'str',
  'bytes',
  'ellipsis',
  'slice',
  'range',
  'dtype',
  'device',
  'constant',
  'type',
])

/** Whether it is its value and nothing else. */
const isPlain = (value: PyValue): boolean => PLAIN.has(value.kind)

/** What TorchScript puts where a branch raises, or where a name is not used behind it. */
const isUninitialized = (value: PyValue): boolean =>
  value.kind === 'constant' && value.name === 'uninitialized'

/** Whatever the data are: equal symbolic sizes are identical. */
const isSameNumber = (a: PyValue, b: PyValue): boolean =>
  (a.kind === 'int' && b.kind === 'int' && a.value === b.value) ||
  (a.kind === 'bool' && b.kind === 'bool' && a.value === b.value) ||
  (a.kind === 'float' && b.kind === 'float' && !a.symbolic && !b.symbolic && Object.is(a.value, b.value))

const isObject = (value: PyValue): value is ListValue | DictValue | InstanceValue =>
  value.kind === 'list' || value.kind === 'dict' || value.kind === 'instance'
