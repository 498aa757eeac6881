import { ModelError } from '../../../../errors/index.ts'
import type { Dim, Relation } from '../../../../graph/index.ts'
import type { Session } from '../../evaluator/session.ts'
import type { PyValue } from '../../evaluator/values/index.ts'
import type { ExportedProgram } from '../../exported/program/program.ts'
import { dimOfExpression } from '../../exported/symbols/evaluate-expression.ts'
import { type Expression, parseExpression } from '../../exported/symbols/parse-expression.ts'
import { require } from './bind-symbols.ts'
import { userInputs } from './user-inputs.ts'

/** `L['batch']['mask'].size()[0]`: a size of an input. */
const SIZE = /L((?:\['[^'\]]*'\]|\[\d+\])+)\.size\(\)\[(\d+)\]/g

const RELATIONS: ReadonlyMap<string, Relation> = new Map([
  ['Equality', '=='],
  ['Unequality', '!='],
  ['StrictLessThan', '<'],
  ['LessThan', '<='],
  ['StrictGreaterThan', '>'],
  ['GreaterThan', '>='],
])

/**
 * Takes over the conditions that a program sets its inputs. What follows from the ranges of the dims is dropped, the rest are
 * guards; one that is not understood is told.
 *
 * @throws ModelError BAD_INPUT_SHAPE where the sizes that are tried break one.
 */
export function applyGuards(
  session: Session,
  program: ExportedProgram,
  values: ReadonlyMap<string, PyValue>,
): void {
  const places = new Map(
    userInputs(program).flatMap(({ name }) => {
      const value = values.get(name)
      return value?.kind === 'tensor' ? [[name, value.dims] as const] : []
    }),
  )
  // Each of several that are joined holds by itself.
  for (const text of program.guards.flatMap((guard) =>
    /\bor\b|\bnot\b/.test(guard) ? [guard] : guard.split(' and '),
  )) {
    const condition = conditionOf(text, places)
    if (condition) require(session, condition.a, condition.relation, condition.b, text)
    else
      session.warn(
        `The program was exported under a condition that is not checked when the model runs: ${text}`,
      )
  }
}

interface Condition {
  readonly a: Dim
  readonly relation: Relation
  readonly b: Dim
}

function conditionOf(text: string, places: ReadonlyMap<string, readonly Dim[]>): Condition | undefined {
  const sizes = new Map<string, Dim>()
  const plain = text.replaceAll(SIZE, (whole, path: string, axis: string) => {
    const name = [...path.matchAll(/\['([^'\]]*)'\]|\[(\d+)\]/g)].map(([, key, at]) => key ?? at).join('.')
    // What `*rest` takes is `L['rest'][0]` there, and `rest_0` among the names.
    const dim = (places.get(name) ?? places.get(name.replaceAll('.', '_')))?.[Number(axis)]
    if (dim === undefined) return whole
    const symbol = `size_${sizes.size}`
    sizes.set(symbol, dim)
    return symbol
  })
  const expression = parsed(plain)
  if (expression?.kind !== 'call') return undefined
  const relation = RELATIONS.get(expression.name)
  const [a, b] = expression.args.map((arg) => dimOfExpression(arg, sizes))
  return relation && a !== undefined && b !== undefined ? { a, relation, b } : undefined
}

/** undefined for Python that is no comparison of sizes. */
function parsed(text: string): Expression | undefined {
  try {
    return parseExpression(text)
  } catch (error) {
    if (error instanceof ModelError) return undefined
    throw error
  }
}
