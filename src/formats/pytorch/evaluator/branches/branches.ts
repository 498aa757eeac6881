import { Graph, type Value } from '../../../../graph/index.ts'
import type { Completion } from '../interpreter/completion.ts'
import { runToEnd } from '../interpreter/continuations.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import type { Scope } from '../interpreter/scope.ts'
import { PythonError } from '../python-error.ts'
import { NONE, type PyValue, type SavedTensor, type TensorHandle } from '../values/index.ts'
import { type Holder, putSlots, type Slots, slotText } from './holders.ts'
import { Merge, type Output } from './merge.ts'
import { Moment } from './moment.ts'
import { type Reachable, reachable } from './reachable.ts'
import { differingText, undecidedByBranch } from './refusals.ts'

/** Runs a block; what it does to names, objects and tensors is seen in the interpreter afterwards. */
export type Branch = () => Completion

/** A branch that was run: its part of the graph, and how it left everything. */
interface Ended {
  readonly graph: Graph
  readonly completion: Completion
  readonly moment: Moment
  readonly reached: Reachable
}

/**
 * Runs both branches of a condition that only the data decides, each into a graph of its own, from the same state. What they leave
 * in different states becomes what an If gives: tensors, and numbers as tensors. Python values that are equal stay Python values.
 *
 * A branch that raises is taken not to be taken, which is said: where it is, there is no result to be equal to.
 *
 * @throws ModelError UNSUPPORTED_CONSTRUCT where objects end in states that no graph has a form for.
 */
export function runBranches(
  i: Interpreter,
  condition: Value,
  branches: readonly [Branch, Branch],
  scope: Scope,
): Completion {
  const before = reachable(scope)
  const start = new Moment(before)
  const { position } = i.session
  const first = attempt(i, branches[0], { scope, before, name: 'then' })
  start.restore()
  if (first instanceof PythonError) return withoutRaising(i, branches[1], first)
  const second = attempt(i, branches[1], { scope, before, name: 'else' })
  start.restore()
  if (second instanceof PythonError) {
    first.graph.release()
    return withoutRaising(i, branches[0], second)
  }
  if (position) i.session.moveTo(position)
  if (first.completion?.kind === second.completion?.kind)
    return merged(i, condition, [first, second], { before, start })
  first.graph.release()
  second.graph.release()
  const [yes, no] = branches
  return runBranches(i, condition, [toEnd(scope, yes), toEnd(scope, no)], scope)
}

/** Of two branches of which one leaves the function or the loop, each goes on to the function's end by itself. */
const toEnd =
  (scope: Scope, branch: Branch): Branch =>
  () =>
    runToEnd(scope, branch())

function attempt(
  i: Interpreter,
  branch: Branch,
  { scope, before, name }: { readonly scope: Scope; readonly before: Reachable; readonly name: string },
): Ended | PythonError {
  const graph = new Graph(name)
  try {
    const completion = i.session.inGraph(graph, branch)
    const value = resultOf(completion)
    const reached = reachable(scope, value ? [value] : [])
    return { graph, completion, reached, moment: new Moment(before, reached) }
  } catch (error) {
    graph.release()
    if (error instanceof PythonError) return error
    throw error
  }
}

function withoutRaising(i: Interpreter, other: Branch, raised: PythonError): Completion {
  const completion = other()
  i.session.assume(
    `The data does not lead to the error that the model itself raises at ${i.session.place} (${raised.message})`,
  )
  return completion
}

function merged(
  i: Interpreter,
  condition: Value,
  ended: readonly [Ended, Ended],
  { before, start }: { readonly before: Reachable; readonly start: Moment },
): Completion {
  const merge = new Merge(i, before)
  const value = planResult(i, merge, ended)
  const holders = [...before.holders].map((holder) => planHolder(i, merge, holder, ended))
  const writes = planWrites(i, ended, start)
  emit(i, condition, [...merge.outputs, ...writes.map(({ output }) => output)], ended)
  start.restore()
  for (const { tensor, output } of writes) if (output.value) tensor.write(output.value)
  for (const put of holders) put()
  const { completion } = ended[0]
  return completion && 'value' in completion ? { ...completion, value: value?.() ?? NONE } : completion
}

const resultOf = (completion: Completion): PyValue | undefined =>
  completion && 'value' in completion ? completion.value : undefined

function planResult(
  i: Interpreter,
  merge: Merge,
  [a, b]: readonly [Ended, Ended],
): (() => PyValue) | undefined {
  const [left, right] = [resultOf(a.completion), resultOf(b.completion)]
  if (!left || !right) return undefined
  const plan = merge.plan(left, right)
  if (plan) return plan
  throw undecidedByBranch(i, differingText('What is returned', left, right))
}

/** Names that are one thing in one branch and another in the other are refused where they are read; objects at once. */
function planHolder(
  i: Interpreter,
  merge: Merge,
  holder: Holder,
  [a, b]: readonly [Ended, Ended],
): () => void {
  const [left, right]: (Slots | undefined)[] = [a.moment.holders.get(holder), b.moment.holders.get(holder)]
  if (!left || !right || left === right) return () => {}
  const places = new Set([...left.keys(), ...right.keys()])
  const plans = [...places].map((place) => {
    const [one, other] = [left.get(place), right.get(place)]
    const plan = one && other && merge.plan(one.value, other.value)
    if (plan) return { place, key: one.key, plan }
    const error = undecidedByBranch(i, differingText(slotText(holder, place), one?.value, other?.value))
    if (!('names' in holder)) throw error
    return { place, key: undefined, plan: (): PyValue => ({ kind: 'undecided', error }) }
  })
  return () => putSlots(holder, new Map(plans.map(({ place, key, plan }) => [place, { key, value: plan() }])))
}

/** Tensors from before that a branch wrote to: a write to a view is one to its base. */
function planWrites(
  i: Interpreter,
  ended: readonly [Ended, Ended],
  start: Moment,
): { readonly tensor: TensorHandle; readonly output: Output }[] {
  const writes: { readonly tensor: TensorHandle; readonly output: Output }[] = []
  for (const [tensor, was] of start.tensors) {
    const now = ended.map(({ moment }) => moment.tensors.get(tensor) ?? was)
    if (now.some((state) => !isSameShape(state, was)))
      throw undecidedByBranch(i, 'A branch that the data decides changes the shape of a tensor in place')
    if (tensor.root !== tensor || now.every((state) => state.version === was.version)) continue
    writes.push({ tensor, output: { of: [() => tensor.read(), () => tensor.read()] } })
  }
  return writes
}

const isSameShape = (a: SavedTensor, b: SavedTensor): boolean =>
  a.root === b.root && a.dims.length === b.dims.length && a.dims.every((dim, at) => dim === b.dims[at])

/** Makes the outputs of both graphs, each in the state that its branch ended in, and the If. */
function emit(
  i: Interpreter,
  condition: Value,
  outputs: readonly Output[],
  ended: readonly [Ended, Ended],
): void {
  if (outputs.length === 0) {
    for (const { graph } of ended) graph.release()
    return
  }
  for (const [side, { graph, moment }] of ended.entries()) {
    moment.restore()
    i.session.inGraph(graph, () => {
      for (const [at, { of }] of outputs.entries())
        graph.addOutput(`out${at}`, ownValue(i, graph, (side === 0 ? of[0] : of[1])()))
    })
  }
  const [yes, no] = ended
  const values = i.session.b.if(condition, { then_branch: yes.graph, else_branch: no.graph })
  for (const [at, output] of outputs.entries()) {
    const value = values[at]
    if (value) output.value = value
  }
}

/** What a graph gives is made by a node of its own. */
const ownValue = (i: Interpreter, graph: Graph, value: Value): Value =>
  value.producer?.graph === graph ? value : i.session.b.identity(value)
