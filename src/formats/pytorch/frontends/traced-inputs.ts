import { DEFAULT_HINT, type DimSpec } from '../../../graph/index.ts'
import type { PickleValue } from '../pickle/index.ts'
import { toDType } from '../tensors/index.ts'
import { withDims } from './argument-dims.ts'
import type { Port } from './ports.ts'
import type { Given, NamedGiven } from './signature.ts'

/**
 * The arguments that a module was traced with: dtype and sizes, no data. undefined where the file does not say, or says
 * it of another number of arguments than the method needs.
 */
export function tracedArguments(
  inputs: readonly PickleValue[] | undefined,
  ports: readonly Port[],
): readonly NamedGiven[] | undefined {
  if (!inputs || inputs.length > ports.length) return undefined
  const given = ports.map((port, index): NamedGiven | undefined => {
    const input = inputs[index]
    const argument: Given | undefined = input ? givenOf(input) : { kind: 'default' }
    return argument && { name: port.name, given: argument }
  })
  return given.every((argument) => argument !== undefined) ? given : undefined
}

function givenOf(input: PickleValue): Given | undefined {
  switch (input.kind) {
    case 'tensor': {
      const dtype = toDType(input.view.dtype)
      return dtype && { kind: 'tensor', dtype, dims: input.view.dims }
    }
    case 'list':
    case 'tuple': {
      const items = input.items.map(givenOf)
      return items.every((item) => item !== undefined) ? { kind: input.kind, items } : undefined
    }
    case 'dict': {
      const entries = [...input.named()].flatMap(([key, item]) => {
        const given = givenOf(item)
        return given ? [[key, given] as const] : []
      })
      return { kind: 'dict', entries }
    }
    case 'int':
      return typeof input.value === 'number' ? { kind: 'value', value: input.value } : undefined
    case 'bool':
    case 'float':
    case 'string':
      return { kind: 'value', value: input.value }
    default:
      return undefined
  }
}

/** Makes the first dim of every tensor of at least two dims dynamic: one symbol for each size it was recorded with. */
export function withDynamicBatch(given: readonly NamedGiven[]): readonly NamedGiven[] {
  const names = new Map<number, string>()
  return withBatch(given, (size) => (typeof size === 'number' ? batchDim(size, names) : size))
}

/** A number in the place of every dynamic batch: one that is neither what was recorded nor 1, which broadcasts. */
export const withOtherBatch = (given: readonly NamedGiven[]): readonly NamedGiven[] =>
  withBatch(given, (size) => {
    if (typeof size === 'number') return size
    const { hint = DEFAULT_HINT } = size
    return hint > 2 ? hint - 1 : hint + 1
  })

/** The arguments with the first dim of every tensor of at least two dims replaced. */
const withBatch = (given: readonly NamedGiven[], batch: (size: DimSpec) => DimSpec): readonly NamedGiven[] =>
  withDims(given, (dims) => {
    const [first, ...rest] = dims
    return first === undefined || rest.length === 0 ? dims : [batch(first), ...rest]
  })

/** A hint of 1 would be taken for broadcasting. */
function batchDim(size: number, names: Map<number, string>): DimSpec {
  const name = names.get(size) ?? (names.size === 0 ? 'N' : `N${names.size + 1}`)
  names.set(size, name)
  return size > DEFAULT_HINT ? { name, hint: size } : { name }
}
