import { DTYPES, type DType } from '../../../graph/index.ts'
import type { Opened } from './input-choice.ts'
import { type Probe, probeInputs } from './probe.ts'
import type { NamedGiven } from './signature.ts'

/** Inputs that were given in a dtype that their first layer does not compute in. */
export interface DtypeClashes {
  /** The arguments in the dtypes of the layers. */
  readonly mended: readonly NamedGiven[]
  /** Nobody asked for the dtypes that clash: they are the default. */
  readonly isAssumed: boolean
  /** `x enters a layer of float16 weights` */
  readonly why: string
}

/**
 * For arguments that the model did not run on: which of them a layer wants in another dtype, as after `model.half()`.
 *
 * @returns undefined where no dtype is at fault.
 */
export function dtypeClashes(open: () => Opened, given: readonly NamedGiven[]): DtypeClashes | undefined {
  const others = given.map((argument) => (argument.given.kind === 'tensor' ? undefined : argument))
  const probes = probeInputs(open, others)
  const mended = given.map((argument) => inDtypeOf(argument, probes.get(argument.name)))
  const clashing = given.filter((argument, index) => argument !== mended[index])
  if (clashing.length === 0) return undefined
  return {
    mended,
    isAssumed: clashing.every((argument) => argument.given.kind === 'tensor' && argument.given.assumesDtype),
    why: clashing.map(({ name }) => wanted(name, probes.get(name))).join(', '),
  }
}

function inDtypeOf(argument: NamedGiven, probe: Probe | undefined): NamedGiven {
  const { name, given } = argument
  if (given.kind !== 'tensor' || !probe?.dtype || fits(given.dtype, probe)) return argument
  return { name, given: { kind: 'tensor', dtype: probe.dtype, dims: given.dims } }
}

/** An embedding takes ids of any integer dtype; the other layers take the dtype of their weights. */
const fits = (dtype: DType, probe: Probe): boolean =>
  probe.kind === 'ids' ? DTYPES[dtype].kind !== 'float' : dtype === probe.dtype

const wanted = (name: string, probe: Probe | undefined): string =>
  probe?.kind === 'ids'
    ? `${name} enters an embedding, as ids`
    : `${name} enters a layer of ${probe?.dtype} weights`
