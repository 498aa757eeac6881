import type { ByteSource, Tensor } from '../../../../graph/index.ts'
import type { FrontEndOptions } from '../../../format.ts'
import { openExported } from '../../exported/archive/open.ts'
import type { PickleValue } from '../../pickle/index.ts'
import { widener } from '../widened-weights.ts'
import { userInputs } from './user-inputs.ts'

/**
 * The tensors that the model was exported with, by the names of its inputs; undefined where the file has none, or others than
 * the program takes.
 */
export function sampleInputs(
  source: ByteSource,
  options: FrontEndOptions,
): ReadonlyMap<string, Tensor> | undefined {
  const file = openExported(source, options.method)
  const leaves = flat(file.sampleInputs())
  const inputs = userInputs(file.program)
  if (leaves?.length !== inputs.length) return undefined
  const widen = widener()
  return new Map(
    inputs.flatMap(({ name }, index) => {
      const leaf = leaves[index]
      return leaf?.kind === 'tensor' ? [[name, widen(leaf.view.tensor, 'float32')] as const] : []
    }),
  )
}

/** The values of nested tuples, lists and dicts in order; undefined where one is something else. */
function flat(value: PickleValue | undefined): PickleValue[] | undefined {
  switch (value?.kind) {
    case 'tuple':
    case 'list':
      return joined(value.items.map(flat))
    case 'dict':
      return joined([...value.entries()].map(([, item]) => flat(item)))
    case 'tensor':
    case 'none':
    case 'int':
    case 'float':
    case 'bool':
    case 'string':
      return [value]
    default:
      return undefined
  }
}

const joined = (parts: readonly (PickleValue[] | undefined)[]): PickleValue[] | undefined =>
  parts.every((part) => part !== undefined) ? parts.flat() : undefined
