import { ModelError } from '../../errors/index.ts'
import type { Request } from '../../request/index.ts'
import type { Validation } from '../../validate/index.ts'
import { INTENTS } from './keep-budget.ts'

/**
 * The error of a result that costs more than allowed.
 *
 * @param against Whose answers it was held against: those of a recording, or of the model as it was read.
 */
export function overBudget(
  { quant }: Pick<Request, 'quant'>,
  { notes, reference }: Validation,
  against: 'recorded' | 'float',
): ModelError {
  const missed = notes.join('; ')
  const why = `Compared with ${reference}`
  if (quant === 'none') {
    return new ModelError('OVER_BUDGET', {
      what: `The conversion differs from its reference: ${missed}`,
      why: against === 'recorded' ? `${why}, which may be of other weights or of train mode` : why,
      next:
        against === 'recorded'
          ? 'Record them again from these weights with model.eval(); if they still differ, please report the model'
          : 'Please report the model; maxError=… sets another budget',
    })
  }
  const intent = INTENTS.has(quant)
  return new ModelError('OVER_BUDGET', {
    what: `quant=${quant} costs more than allowed${intent ? ', whichever weights stay in float' : ''}: ${missed}`,
    why,
    next: `${NEXT_FORM[quant] ?? 'Leave quant out'}, or set another budget: minSqnr=…, maxError=…`,
  })
}

/** What to try where a form costs too much. */
const NEXT_FORM: { readonly [quant in Request['quant']]?: string } = {
  int8: 'Choose a finer form, such as quant=fp16',
  'int8-dynamic': 'Choose quant=int8, which leaves costly layers in float',
  'int8-weights': 'Choose quant=int8, which leaves costly layers in float',
}
