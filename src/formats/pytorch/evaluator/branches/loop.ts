import { Graph, tensorType, type Value } from '../../../../graph/index.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import type { Scope } from '../interpreter/scope.ts'
import type { PyValue } from '../values/index.ts'
import { LoopState } from './loop-state.ts'
import { asCondition } from './undecided-number.ts'

/** A loop of which only the data decides when it ends. */
export interface LoopSpec {
  /** Of how many turns at most, where there is a count. */
  readonly count: Value | undefined
  /** Whether the first turn is taken. */
  readonly condition: Value | undefined
  /** Runs one turn and says whether another follows. @param iteration Counts the turns, from 0. */
  readonly turn: (iteration: Value) => PyValue
}

/** Attempts at a form that no turn changes any more: each finds more that turns hand on, or sizes that they change. */
const MAX_ATTEMPTS = 16

/**
 * Makes a Loop: the body is run once, on names, objects and tensors as any turn may find them. What it leaves changed is handed on
 * from turn to turn, as tensors, and as numbers in tensors.
 *
 * @throws ModelError UNSUPPORTED_CONSTRUCT for what turns change and no graph hands on: lists that grow, kinds that change.
 */
export function runLoop(i: Interpreter, spec: LoopSpec, scope: Scope): void {
  const state = new LoopState(i, scope)
  const { position } = i.session
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const graph = new Graph('body')
    const iteration = graph.addInput('iteration', tensorType('int64', []))
    graph.addInput('condition', tensorType('bool', []))
    const isSettled = i.session.inGraph(graph, () => {
      state.enter(graph)
      const goesOn = spec.turn(iteration)
      if (!state.settle()) return false
      graph.addOutput('goesOn', own(i, graph, conditionOf(i, goesOn)))
      for (const [at, value] of state.results().entries()) graph.addOutput(`out${at}`, own(i, graph, value))
      return true
    })
    state.restore()
    if (position) i.session.moveTo(position)
    if (!isSettled) {
      graph.release()
      continue
    }
    const { count: M, condition: cond } = spec
    state.leave(i.session.b.loop(state.initial(), { M, cond, body: graph }))
    return
  }
  throw state.unsettled()
}

const conditionOf = (i: Interpreter, value: PyValue): Value =>
  value.kind === 'tensor' ? asCondition(i, value) : i.session.b.scalar('bool', Number(i.truth(value)))

/** What a graph gives is made by a node of its own. */
const own = (i: Interpreter, graph: Graph, value: Value): Value =>
  value.producer?.graph === graph ? value : i.session.b.identity(value)
