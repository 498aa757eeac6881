import { ModelError } from '../../errors/index.ts'
import type { InputSpec } from '../../graph/index.ts'

const BROKEN = new Set(['INVALID_NODE', 'INVALID_GRAPH'])

/**
 * Runs a step of reading, and says of what it throws what the user can do: a node whose inputs do not fit may be the doing of
 * `?input=`, else it is the file's own.
 *
 * @throws ModelError BAD_INPUT_SHAPE for the first, the step's own for the second.
 */
export function explained<Result>(specs: readonly InputSpec[], step: () => Result): Result {
  try {
    return step()
  } catch (error) {
    if (!(error instanceof ModelError) || !BROKEN.has(error.code)) throw error
    const { details, code } = error
    if (code === 'INVALID_NODE' && specs.some(({ dims }) => dims !== undefined))
      throw new ModelError('BAD_INPUT_SHAPE', {
        ...details,
        what: `The model cannot run on the sizes of input=: ${details.what}`,
        next: 'Give sizes that its layers take (those that it was exported with are some), or leave input= out to keep dynamic what the file leaves open',
        cause: error,
      })
    throw new ModelError(code, {
      ...details,
      next:
        details.next ??
        'No runtime can run the file as it is. onnx.checker.check_model(file, full_check=True) finds the same: correct the program that wrote it',
      cause: error,
    })
  }
}
