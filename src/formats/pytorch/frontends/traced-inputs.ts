import type { DimSpec } from '../../../graph/index.ts'
import type { PickleValue } from '../pickle/index.ts'
import { toDType } from '../tensors/index.ts'
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
  return given.map(({ name, given: argument }) => ({ name, given: dynamicBatch(argument, names) }))
}

function dynamicBatch(given: Given, names: Map<number, string>): Given {
  if (given.kind === 'list' || given.kind === 'tuple') {
    return { kind: given.kind, items: given.items.map((item) => dynamicBatch(item, names)) }
  }
  if (given.kind === 'dict') {
    return { kind: 'dict', entries: given.entries.map(([key, item]) => [key, dynamicBatch(item, names)]) }
  }
  if (given.kind !== 'tensor' || given.dims.length < 2) return given
  const [first, ...rest] = given.dims
  if (typeof first !== 'number') return given
  return { ...given, dims: [batchDim(first, names), ...rest] }
}

/** A hint of 1 would be taken for broadcasting. */
function batchDim(size: number, names: Map<number, string>): DimSpec {
  const name = names.get(size) ?? (names.size === 0 ? 'N' : `N${names.size + 1}`)
  names.set(size, name)
  return { name, hint: Math.max(size, 2) }
}
