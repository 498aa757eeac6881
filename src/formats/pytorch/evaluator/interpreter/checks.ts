import type { Expression, IfStatement, Statement } from '../../source/index.ts'
import { UndecidedByData } from '../undecided.ts'
import type { Interpreter } from './interpreter.ts'

/**
 * A test behind which the program goes on or raises an error, and nothing else. One that only the data decides is taken to
 * pass, and said to: where it fails there is no result to be equal to.
 *
 * @param passes What the test gives where the program goes on.
 */
export function checked(i: Interpreter, passes: boolean, test: () => boolean): boolean {
  try {
    return test()
  } catch (error) {
    if (!(error instanceof UndecidedByData)) throw error
    i.session.assume(`The data passes the check of the model's own at ${i.session.place}`)
    return passes
  }
}

/** What the first test of an `if` gives where nothing is raised; undefined where both ways go on, or there are more. */
export function passingTest({ branches, orElse }: IfStatement): boolean | undefined {
  const [first] = branches
  if (!first) return undefined
  if (raisesOnly(first.body)) return false
  return branches.length === 1 && raisesOnly(orElse) ? true : undefined
}

/**
 * TorchScript writes `if a < b: raise` as `_4 = torch.lt(a, b)` and `if _4: …`: the statement whose test, used nowhere else,
 * this one computes.
 */
export function testOf(statement: Statement, next: Statement | undefined): IfStatement | undefined {
  if (statement.kind !== 'Assign' || next?.kind !== 'If') return undefined
  const [target] = statement.targets
  const test = next.branches[0]?.test
  if (target?.kind !== 'Name' || test?.kind !== 'Name' || target.id !== test.id) return undefined
  return /^_\d+$/.test(target.id) ? next : undefined
}

/** Makes a message at most before it raises. */
function raisesOnly(body: readonly Statement[]): boolean {
  const last = body.at(-1)
  if (last?.kind !== 'Raise' && !(last?.kind === 'Expr' && raises(last.value))) return false
  return body.slice(0, -1).every(({ kind }) => kind === 'Assign' || kind === 'Expr')
}

/** `ops.prim.RaiseException(…)` */
const raises = (value: Expression): boolean =>
  value.kind === 'Call' && value.callee.kind === 'Attribute' && value.callee.name === 'RaiseException'
