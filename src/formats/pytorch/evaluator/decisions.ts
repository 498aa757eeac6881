import {
  type Dim,
  decide,
  dimName,
  evaluate,
  isSymbolic,
  type Relation,
  type Requirement,
  sub,
  symbolName,
  symbolsOf,
} from '../../../graph/index.ts'
import { guardText } from './guard-text.ts'
import { rangeAdvice } from './lost-sizes.ts'
import type { Condition, Decision, RoundedSize, Session } from './session.ts'
import { UndecidedByData } from './undecided.ts'

const OPPOSITE: Readonly<Record<Relation, Relation>> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
}

/**
 * Whether `a relation b` holds: by algebra and range facts where they settle it, else by the hints, recording a guard.
 * @throws ModelError UNSUPPORTED_CONSTRUCT for sizes that only the data decides.
 */
export function holds(session: Session, a: Dim, relation: Relation, b: Dim): boolean {
  const settled = decide(a, relation, b, session.model.facts)
  if (settled !== undefined) return settled
  const difference = hintOf(session, sub(a, b))
  if (difference === undefined) throw unbacked(session, `${dimName(a)} ${relation} ${dimName(b)}`, sub(a, b))
  const answer = compareNumbers(difference, relation, 0)
  const taken = answer ? relation : OPPOSITE[relation]
  recordGuard(session, a, taken, b)
  return answer
}

/** A plain number; a symbolic dim is taken at its hint, recording a guard. */
export function concrete(session: Session, dim: Dim): number {
  if (!isSymbolic(dim)) return dim
  const hint = hintOf(session, dim)
  if (hint === undefined) throw unbacked(session, `the value of ${dimName(dim)}`, dim)
  recordGuard(session, dim, '==', hint)
  return hint
}

/** The value at the hints; undefined when a symbol has none. */
export function hintOf(session: Session, dim: Dim): number | undefined {
  const hints = new Map<string, number>()
  for (const name of symbolsOf(dim)) {
    const hint = session.model.facts.get(name)?.hint ?? roundedSize(session, name)?.hint
    if (hint === undefined) return undefined
    hints.set(name, hint)
  }
  return evaluate(dim, hints)
}

const roundedSize = (session: Session, name: string): RoundedSize | undefined =>
  session.rounded.find(({ dim }) => symbolName(dim) === name)

export function compareNumbers(a: number, relation: Relation, b: number): boolean {
  switch (relation) {
    case '==':
      return a === b
    case '!=':
      return a !== b
    case '<':
      return a < b
    case '<=':
      return a <= b
    case '>':
      return a > b
    case '>=':
      return a >= b
  }
}

/**
 * Records what an operator needs of a dynamic dim, `N == 2 or N == 1`, as a guard. Of sizes that only the data decides the
 * runtime says so itself.
 */
export function requiredGuard(session: Session, { dim, relation, sizes, where }: Requirement): void {
  const conditions = sizes.map((size): Condition => ({ a: dim, relation, b: size }))
  if ([...symbolsIn(conditions)].some((name) => session.model.unbacked.has(name))) return
  noteGuard(session, { conditions, isRequired: true, at: session.placeOf(where) })
}

/** What the graph computes is no dim that could be checked: the sizes that it stems from are taken at their hints. */
function recordGuard(session: Session, a: Dim, relation: Relation, b: Dim): void {
  const rounded = [...symbolsIn([{ a, relation, b }])].flatMap((name) => roundedSize(session, name) ?? [])
  const behind = new Set(rounded.flatMap((one) => one.behind))
  for (const dim of behind) concrete(session, dim)
  if (behind.size > 0) return
  noteGuard(session, { conditions: [{ a, relation, b }], isRequired: false, at: session.place })
}

function noteGuard(session: Session, noted: Pick<Decision, 'conditions' | 'isRequired' | 'at'>): void {
  const { conditions, at } = noted
  const texts = conditions.map(({ a, relation, b }) => guardText(a, relation, b))
  const text = texts.map((part) => part.text).join(' or ')
  session.guard({ ...noted, dim: [...symbolsIn(conditions)].join(', '), assumed: text })
  if (texts.every((part) => part.isCheckable)) return
  const place = at === '' ? '' : ` (${at})`
  session.warn(
    `The conversion relies on ${text}${place}, an expression too long to be checked when the model runs`,
  )
}

const symbolsIn = (conditions: readonly Condition[]): Set<string> =>
  conditions.reduce((found, { a, b }) => symbolsOf(b, symbolsOf(a, found)), new Set<string>())

function unbacked(session: Session, what: string, dim: Dim): UndecidedByData {
  const at = session.position
  const computed = [...symbolsOf(dim)].flatMap((name) => session.computed.get(name) ?? [])
  return new UndecidedByData('UNSUPPORTED_CONSTRUCT', {
    what: `The program decides on ${what}, which only the data gives`,
    where: at && { file: at.file, line: at.line },
    why: 'A graph has one shape of computation for all data',
    next: 'Compute the value outside of the model, or make the size fixed',
    ...rangeAdvice(session.model, computed),
  })
}
