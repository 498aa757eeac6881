import type { ModelError } from '../../../../errors/index.ts'
import type { Graph, Value } from '../../../../graph/index.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { Scope } from '../interpreter/scope.ts'
import { type PyValue, TensorHandle } from '../values/index.ts'
import { CarriedValue } from './carried-value.ts'
import { type Holder, putSlots, slotText } from './holders.ts'
import { Moment } from './moment.ts'
import { type Reachable, reachable } from './reachable.ts'
import { undecidedByBranch } from './refusals.ts'

/** A place whose value turns hand on. */
interface Place {
  readonly holder: Holder
  readonly place: string
  /** Undefined of a name that no loop can hand on: it is refused where it is read. */
  carried: CarriedValue | undefined
}

/** What the turns of a loop change, found by looking at what one turn leaves. */
export class LoopState {
  readonly #i: Interpreter
  readonly #scope: Scope
  readonly #before: Reachable
  readonly #start: Moment
  readonly #places: Place[] = []
  /** Tensors from around the loop that turns write to. */
  readonly #written = new Map<TensorHandle, CarriedValue>()
  /** As a turn finds everything, and as it leaves it. */
  #entered: Moment
  #ended: Moment

  constructor(i: Interpreter, scope: Scope) {
    this.#i = i
    this.#scope = scope
    this.#before = reachable(scope)
    this.#start = new Moment(this.#before)
    this.#entered = this.#start
    this.#ended = this.#start
  }

  restore(): void {
    this.#start.restore()
  }

  /** Puts in place what any turn may find. */
  enter(graph: Graph): void {
    for (const [tensor, carried] of this.#written) writeCarried(tensor, carried.enter(graph, 'written'))
    this.#put((place) => place.carried?.enter(graph, place.place) ?? this.#undecided(place))
    this.#entered = new Moment(this.#before)
  }

  /** Looks at what a turn left. @returns Whether nothing new was found. */
  settle(): boolean {
    this.#ended = new Moment(this.#before, reachable(this.#scope))
    // Each is to be looked at: one attempt finds all it can.
    return ![this.#isPlaceNew(), this.#isWriteNew(), this.#isWidened()].includes(true)
  }

  #isPlaceNew(): boolean {
    let isNew = false
    for (const holder of this.#before.holders) {
      const [was, is] = [this.#entered.holders.get(holder), this.#ended.holders.get(holder)]
      if (!was || !is) continue
      for (const [place, { value }] of was) {
        if (is.get(place)?.value === value || this.#find(holder, place)) continue
        this.#places.push({ holder, place, carried: this.#carriedFrom(holder, place, value) })
        isNew = true
      }
      const added = holder instanceof Scope ? undefined : [...is.keys()].find((place) => !was.has(place))
      if (added !== undefined) throw this.#refusal(`${slotText(holder, added)} is added in each turn`)
    }
    return isNew
  }

  #carriedFrom(holder: Holder, place: string, value: PyValue): CarriedValue | undefined {
    const carried = CarriedValue.of(this.#i, value)
    if (!carried && !(holder instanceof Scope))
      throw this.#refusal(`${slotText(holder, place)} changes from turn to turn`)
    return carried
  }

  #isWriteNew(): boolean {
    let isNew = false
    for (const [tensor, was] of this.#entered.tensors) {
      const is = this.#ended.tensors.get(tensor) ?? was
      if (is.root !== was.root || is.dims.some((dim, axis) => dim !== was.dims[axis]))
        throw this.#refusal('A tensor changes its shape in place')
      if (tensor.root !== tensor || is.version === was.version || this.#written.has(tensor)) continue
      const carried = CarriedValue.of(this.#i, tensor)
      if (carried) this.#written.set(tensor, carried)
      isNew = true
    }
    return isNew
  }

  #isWidened(): boolean {
    let isWidened = false
    for (const one of this.#places) {
      const end = this.#endOf(one)
      if (!one.carried) continue
      const fits = end && one.carried.accept(end, this.#before.tensors)
      if (fits === 'same') continue
      if (fits === undefined && !(one.holder instanceof Scope))
        throw this.#refusal(`${slotText(one.holder, one.place)} becomes another kind of value`)
      if (fits === undefined) one.carried = undefined
      isWidened = true
    }
    return isWidened
  }

  /** Emits what a turn hands on. */
  results(): Value[] {
    return [
      ...[...this.#written].flatMap(([tensor, carried]) => carried.results(tensor)),
      ...this.#places.flatMap((place) => {
        const end = this.#endOf(place)
        return end && place.carried ? place.carried.results(end) : []
      }),
    ]
  }

  /** Emits what the first turn gets. */
  initial(): Value[] {
    return [...this.#written.values(), ...this.#places.flatMap(({ carried }) => carried ?? [])].flatMap(
      (carried) => carried.initial(),
    )
  }

  /** Puts in place what the loop gives. */
  leave(values: readonly Value[]): void {
    let at = 0
    const next = (): Value | undefined => values[at++]
    const written = [...this.#written].map(([tensor, carried]) => [tensor, carried.leave(next)] as const)
    this.#put((place) => place.carried?.leave(next) ?? this.#undecided(place))
    for (const [tensor, value] of written) writeCarried(tensor, value)
  }

  #put(made: (place: Place) => PyValue): void {
    const placed = this.#places.map((place) => ({ ...place, value: made(place) }))
    for (const holder of new Set(placed.map((one) => one.holder))) {
      const slots = new Map(this.#start.holders.get(holder) ?? new Map<string, never>())
      for (const { place, value } of placed.filter((one) => one.holder === holder))
        slots.set(place, { ...slots.get(place), value })
      putSlots(holder, slots)
    }
  }

  #undecided({ holder, place }: Place): PyValue {
    return { kind: 'undecided', error: this.#refusal(`${slotText(holder, place)} changes from turn to turn`) }
  }

  #find(holder: Holder, place: string): Place | undefined {
    return this.#places.find((one) => one.holder === holder && one.place === place)
  }

  #endOf({ holder, place }: Place): PyValue | undefined {
    return this.#ended.holders.get(holder)?.get(place)?.value
  }

  unsettled(): ModelError {
    return this.#refusal('What turns hand on does not settle')
  }

  #refusal(what: string): ModelError {
    return undecidedByBranch(this.#i, `In a loop of which only the data decides when it ends: ${what}`)
  }
}

function writeCarried(tensor: TensorHandle, value: PyValue): void {
  if (value instanceof TensorHandle) tensor.write(value.read())
}
