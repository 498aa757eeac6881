import type { Value } from '../../../../graph/index.ts'
import { rangeAdvice } from '../lost-sizes.ts'
import { UndecidedByData } from '../undecided.ts'
import type { Interpreter } from './interpreter.ts'

/**
 * Where control flow meets data: an `if` or `while` on a tensor's value. It is refused, with its place. This is the seam
 * for If and Loop: they would evaluate both branches in child graphs from here. Where the `values` it needs are made of sizes,
 * a range is asked for.
 */
export function dataDependent(i: Interpreter, what: string, values: readonly Value[]): UndecidedByData {
  const at = i.session.position
  return new UndecidedByData('UNSUPPORTED_CONSTRUCT', {
    what,
    where: at && { file: at.file, line: at.line },
    why: 'The value is known only when the model runs, and the graph is built before',
    next: 'Use torch.where, or take the branch out of the model',
    ...rangeAdvice(i.session.model, values),
  })
}
