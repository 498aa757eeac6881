import { type DimValues, evaluateDim } from './dim-expression.ts'
import { ModelRuntimeError } from './errors.ts'
import type { Guard, Manifest } from './manifest.ts'

/** A condition may be an expression of thousands of characters; a message shows how it begins. */
const SHOWN_LENGTH = 200

const warned = new WeakSet<Manifest>()

/**
 * Refuses sizes for which the conversion took the other branch of the model: the result would be wrong without a word.
 * A condition that cannot be told from the inputs' dims (the conversion gives long ones a name only) is warned of, once a
 * model: it may hold or not.
 */
export function checkGuards(manifest: Manifest, values: DimValues): void {
  const unknown: Guard[] = []
  for (const guard of manifest.guards) {
    const holds = evaluateDim(guard.condition, values)
    if (holds === 0) throw failed(manifest, guard, values)
    if (holds === undefined) unknown.push(guard)
  }
  if (unknown.length === 0 || warned.has(manifest)) return
  warned.add(manifest)
  console.warn(
    `[GUARD_UNCHECKED] The conversion of ${manifest.name} relies on what cannot be checked here: ` +
      `${unknown.map(shown).join('; ')}. Where it does not hold, the results are wrong. ` +
      'To be sure, fix the sizes with input=, or forbid such decisions with guards=strict.',
  )
}

function failed({ name }: Manifest, guard: Guard, values: DimValues): ModelRuntimeError {
  const sizes = [...values].map(([dim, size]) => `${dim} = ${size}`).join(', ')
  return new ModelRuntimeError(
    'GUARD_FAILED',
    `${name} was given ${sizes}, but its conversion relies on ${shown(guard)}. ` +
      'Give a size that fits, or convert for this one with input=.',
  )
}

const shown = ({ condition, at }: Guard): string =>
  `${condition.length > SHOWN_LENGTH ? `${condition.slice(0, SHOWN_LENGTH)}…` : condition} (${at})`
