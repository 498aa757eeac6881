import { ModelError } from '../../../../errors/index.ts'
import { rangeAdvice } from '../lost-sizes.ts'
import type { TensorHandle } from '../values/index.ts'
import type { Interpreter } from './interpreter.ts'

/**
 * Where control flow meets data: an `if` or `while` on a tensor's value. It is refused, with its place. This is the seam
 * for If and Loop: they would evaluate both branches in child graphs from here. A value that sizes alone give asks for their range.
 */
export function dataDependent(i: Interpreter, what: string, tensor: TensorHandle): ModelError {
  const at = i.session.position
  return new ModelError('UNSUPPORTED_CONSTRUCT', {
    what,
    where: at && { file: at.file, line: at.line },
    why: 'The value is known only when the model runs, and the graph is built before',
    next: 'Use torch.where, or take the branch out of the model',
    ...rangeAdvice(i.session.model, tensor.read()),
  })
}
