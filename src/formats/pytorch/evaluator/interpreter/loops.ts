import type { Value } from '../../../../graph/index.ts'
import type { ForStatement, Statement, WhileStatement } from '../../source/index.ts'
import { decision, pythonBool, runLoop, undecidedInt } from '../branches/index.ts'
import { undecidedByBranch } from '../branches/refusals.ts'
import { FALSE, type PyValue, TRUE } from '../values/index.ts'
import { assign } from './assignment.ts'
import type { Completion } from './completion.ts'
import { inTurn, type Replay, replayed, withRest } from './continuations.ts'
import type { Interpreter } from './interpreter.ts'
import { itemAt, undecidedCount } from './ranges.ts'
import type { Scope } from './scope.ts'

/** Loops are unrolled, as long as what is known while converting says how they go on; from there on they become a Loop. */
export function executeFor(i: Interpreter, s: ForStatement, scope: Scope): Completion {
  const iterable = i.evaluate(s.iterable, scope)
  const count = iterable.kind === 'range' ? undecidedCount(i, iterable) : undefined
  if (!count || iterable.kind !== 'range') return runFor(i, s, scope, replayed(i.items(iterable)))
  const turn = (iteration: Value): PyValue => {
    assign(i, s.target, itemAt(iterable, undecidedInt(i, iteration).value), scope)
    return turnOf(i, s.body, scope, () => TRUE)
  }
  return loopOf(i, s, scope, { count, condition: undefined, turn })
}

function runFor(i: Interpreter, s: ForStatement, scope: Scope, items: Replay, from = 0): Completion {
  for (let at = from; ; at++) {
    const item = items(at)
    if (!item) return i.execute(s.orElse, scope)
    i.session.budget.step()
    assign(i, s.target, item, scope)
    const behind = (completion: Completion): Completion =>
      isEnd(completion) ? afterLoop(completion) : runFor(i, s, scope, items, at + 1)
    const completion = withRest(scope, behind, () => i.execute(s.body, scope))
    if (isEnd(completion)) return afterLoop(completion)
  }
}

export function executeWhile(i: Interpreter, s: WhileStatement, scope: Scope): Completion {
  for (;;) {
    const goesOn = decision(i, i.evaluate(s.test, scope))
    if (goesOn === false) return i.execute(s.orElse, scope)
    if (goesOn !== true) {
      const turn = () => turnOf(i, s.body, scope, () => pythonBool(i, i.evaluate(s.test, scope)))
      return loopOf(i, s, scope, { count: undefined, condition: goesOn, turn })
    }
    i.session.budget.step()
    const behind = (completion: Completion): Completion =>
      isEnd(completion) ? afterLoop(completion) : executeWhile(i, s, scope)
    const completion = withRest(scope, behind, () => i.execute(s.body, scope))
    if (isEnd(completion)) return afterLoop(completion)
  }
}

function loopOf(
  i: Interpreter,
  { orElse }: ForStatement | WhileStatement,
  scope: Scope,
  spec: Parameters<typeof runLoop>[1],
): Completion {
  if (orElse.length > 0) throw undecidedByBranch(i, 'A loop that only the data ends has an else')
  runLoop(i, spec, scope)
  return undefined
}

/** Runs the body once, as a part of the graph. @returns Whether another turn follows: after a `break` none does. */
function turnOf(i: Interpreter, body: readonly Statement[], scope: Scope, goesOn: () => PyValue): PyValue {
  const turned = (completion: Completion) => {
    if (completion?.kind === 'return')
      throw undecidedByBranch(i, 'A loop that only the data ends holds a return')
    return { kind: 'turn', value: completion?.kind === 'break' ? FALSE : goesOn() } as const
  }
  const completion = inTurn(scope, turned, () => i.execute(body, scope))
  return (completion?.kind === 'turn' ? completion : turned(completion)).value
}

const isEnd = (completion: Completion): boolean => completion !== undefined && completion.kind !== 'continue'

const afterLoop = (completion: Completion): Completion =>
  completion?.kind === 'break' ? undefined : completion
