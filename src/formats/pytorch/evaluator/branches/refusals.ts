import { ModelError } from '../../../../errors/index.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { type PyValue, typeName } from '../values/index.ts'

/** What a branch or a loop that the data decides makes of a program, and a graph has no form for. */
export function undecidedByBranch(i: Interpreter, what: string): ModelError {
  const at = i.session.position
  return new ModelError('UNSUPPORTED_CONSTRUCT', {
    what,
    where: at && { file: at.file, line: at.line },
    why: 'Both branches become parts of one graph, which gives tensors of one dtype and rank whichever is taken',
    next: 'Make the branches give the same kinds of values, use torch.where, or take the branch out of the model',
  })
}

/** `x is a float32 tensor of rank 2 in one branch and None in the other` */
export const differingText = (name: string, a: PyValue | undefined, b: PyValue | undefined): string =>
  `${name} is ${shown(a)} in one branch and ${shown(b)} in the other`

function shown(value: PyValue | undefined): string {
  if (!value) return 'not there'
  if (value.kind === 'tensor') return `a ${value.dtype} tensor of rank ${value.rank}`
  if (value.kind === 'list' || value.kind === 'tuple') return `a ${value.kind} of ${value.items.length}`
  return value.kind === 'none' ? 'None' : `a ${typeName(value)}`
}

/** Of tensors that share memory in one branch or iteration, and not in another. */
export function refuseSharedWrite(i: Interpreter): never {
  throw undecidedByBranch(
    i,
    'Whether two tensors share memory depends on data, and one of them is written to in place',
  )
}
