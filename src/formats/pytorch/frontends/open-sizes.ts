import { type DimSpec, DTYPES, type Model } from '../../../graph/index.ts'
import type { Given, NamedGiven } from './signature.ts'

/** What the axes behind the batch are usually called, by rank: sizes that a model often takes others of. */
const SPACE: Readonly<Record<number, readonly (string | undefined)[]>> = {
  4: [undefined, 'H', 'W'],
  5: [undefined, 'D', 'H', 'W'],
}

/**
 * The arguments of a trace with names for the sizes that stayed as they were recorded, for a query to offer: the length of
 * ids and of sequences, height and width of images. Whether the model takes others only a conversion tells.
 *
 * @returns undefined where no argument has such a size.
 */
export function withOpenSizes(
  given: readonly NamedGiven[],
  { graph }: Model,
): readonly NamedGiven[] | undefined {
  const names = new Map<string, string>()
  let isOpened = false
  const opened = given.map(({ name, given: argument }): NamedGiven => {
    if (argument.kind !== 'tensor') return { name, given: argument }
    const first = graph.inputs.find((input) => input.name === name)?.users[0]
    const axes = axisNames(argument, first?.op === 'Conv')
    const dims = argument.dims.map((size, axis) => openSize(size, axes[axis - 1], names))
    isOpened ||= dims.some((dim, axis) => dim !== argument.dims[axis])
    return { name, given: { ...argument, dims } }
  })
  return isOpened ? opened : undefined
}

/** Names of the axes behind the batch. A sequence of vectors is `[N, L, C]`; before a convolution it is `[N, C, L]`. */
function axisNames(
  { dtype, dims }: Given & { kind: 'tensor' },
  isConvolved: boolean,
): readonly (string | undefined)[] {
  if (DTYPES[dtype].kind !== 'float') return dims.length === 2 ? ['L'] : []
  if (dims.length === 3) return isConvolved ? [undefined, 'L'] : ['L']
  return SPACE[dims.length] ?? []
}

/** One name for each size, so that a mask keeps the length of its ids. A size of 1 broadcasts: it is no length. */
function openSize(size: DimSpec, axisName: string | undefined, names: Map<string, string>): DimSpec {
  if (typeof size !== 'number' || size < 2 || axisName === undefined) return size
  const key = `${axisName} ${size}`
  const others = [...names.keys()].filter((each) => each.startsWith(`${axisName} `)).length
  const name = names.get(key) ?? (others === 0 ? axisName : `${axisName}${others + 1}`)
  names.set(key, name)
  return { name, hint: size }
}
