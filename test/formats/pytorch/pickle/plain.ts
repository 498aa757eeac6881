import { PickleDict, type PickleValue, qualifiedName } from '../../../../src/formats/pytorch/pickle/index.ts'

/** A pickled value as plain data to compare with; floats as `{ float }`, to stay apart from ints. */
export function plain(value: PickleValue): unknown {
  switch (value.kind) {
    case 'none':
      return null
    case 'float':
      return { float: value.value }
    case 'list':
    case 'set':
      return { [value.kind]: value.items.map(plain) }
    case 'tuple':
      return value.items.map(plain)
    case 'dict':
      return { dict: [...value.entries()].map(([key, item]) => [plain(key), plain(item)]) }
    case 'class':
      return { class: qualifiedName(value) }
    case 'object':
      return plainObject(value)
    case 'tensor':
      return { tensor: value.view.dtype, dims: value.view.dims }
    case 'complex':
      return { re: value.re, im: value.im }
    case 'dtype':
    case 'storage':
      return { [value.kind]: value.dtype }
    default:
      return value.value instanceof Uint8Array ? { bytes: [...value.value] } : value.value
  }
}

function plainObject(object: Extract<PickleValue, { kind: 'object' }>): unknown {
  const { args, kwargs, state, items, entries } = object
  return {
    object: qualifiedName(object.class),
    ...(args.length > 0 && { args: args.map(plain) }),
    ...(kwargs && { kwargs: plain(kwargs) }),
    ...(state && { state: plain(state) }),
    ...(items && { items: items.map(plain) }),
    ...(entries instanceof PickleDict && { entries: plain(entries) }),
  }
}
