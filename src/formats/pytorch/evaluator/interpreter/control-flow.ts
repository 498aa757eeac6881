import type { Value } from '../../../../graph/index.ts'
import { rangeAdvice } from '../lost-sizes.ts'
import { UndecidedByData } from '../undecided.ts'
import type { Interpreter } from './interpreter.ts'

/**
 * Where what has to be known while converting is a tensor's value. An `if`, a `while` and a `for` over a range go on without it
 * (`evaluator/branches`); everything else is refused, with its place. Where the `values` it needs are made of sizes, a range is asked for.
 */
export function dataDependent(i: Interpreter, what: string, values: readonly Value[]): UndecidedByData {
  const at = i.session.position
  return new UndecidedByData('UNSUPPORTED_CONSTRUCT', {
    what,
    where: at && { file: at.file, line: at.line },
    why: 'The value is known only when the model runs, and the graph is built before',
    next: 'Use torch.where or a plain if, or take it out of the model',
    ...rangeAdvice(i.session.model, values),
  })
}
