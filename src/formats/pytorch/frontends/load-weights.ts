import { ModelError, nearest } from '../../../errors/index.ts'
import {
  composites,
  type DType,
  dimName,
  LazyTensor,
  type Tensor,
  tensorData,
  tensorType,
  widenToFloat32,
} from '../../../graph/index.ts'
import type { StateDict } from '../container/index.ts'
import type { NamedTensor } from '../evaluator/interpreter/module-members.ts'
import type { Evaluation } from './evaluation.ts'
import { otherWeights } from './other-weights.ts'

/** Names listed in an error; the rest are counted. */
const MAX_LISTED = 8

/** Counters that `forward` does not read: older files lack them. */
const OPTIONAL = /(^|\.)num_batches_tracked$/

/**
 * Fills a model's parameters and buffers from a state dict, by name, strictly: every name must be there, with its shape.
 * As PyTorch's `load_state_dict` copies, the model's own dtype stays: float16 weights of a float32 model become float32.
 *
 * @throws ModelError WEIGHTS_MISMATCH naming what is missing, unexpected, or of another shape, with the nearest names.
 */
export function loadWeights(
  { session }: Evaluation,
  state: readonly NamedTensor[],
  weights: StateDict,
): void {
  const { tensors } = weights
  const wanted = new Map(state.map(({ name, value }) => [name, value]))
  const missing = [...wanted.keys()].filter((name) => !tensors.has(name) && !OPTIONAL.test(name))
  const unexpected = [...tensors.keys()].filter((name) => !wanted.has(name) && !OPTIONAL.test(name))
  if (missing.length > 0 || unexpected.length > 0)
    throw mismatchedNames(missing, unexpected, weights, new Set(wanted.keys()))
  const misshapen: string[] = []
  const widen = widener()
  for (const [name, handle] of wanted) {
    const tensor = tensors.get(name)
    if (!tensor) continue
    if (!handle.isOfAnyShape && !sameDims(tensor, handle.dims))
      misshapen.push(`${name}: [${tensor.dims}] in the file, [${handle.dims.map(dimName)}] in the model`)
    handle.isWeight = true
    const { dtype } = handle
    handle.fill({
      type: tensorType(dtype, tensor.dims),
      make: () => composites.cast(session.b, session.b.constant(widen(tensor, dtype), name), dtype),
    })
  }
  if (misshapen.length > 0) throw misshapenTensors(misshapen, weights, new Set(wanted.keys()))
}

/**
 * float16 and bfloat16 weights as float32, where a model wants that: exact, and made when the model is written. A tied
 * weight stays one tensor.
 */
function widener(): (tensor: Tensor, wanted: DType) => Tensor {
  const made = new Map<Tensor, Tensor>()
  return (tensor, wanted) => {
    const { dtype, dims } = tensor
    if (wanted !== 'float32' || (dtype !== 'float16' && dtype !== 'bfloat16')) return tensor
    const known = made.get(tensor)
    if (known) return known
    const wide = new LazyTensor('float32', dims, () => {
      const bits = tensorData(tensor)
      if (!(bits instanceof Uint16Array))
        throw new ModelError('INTERNAL', { what: `${dtype} data is not 16 bits wide` })
      return new Uint8Array(widenToFloat32(dtype, bits).buffer)
    })
    made.set(tensor, wide)
    return wide
  }
}

const sameDims = (tensor: Tensor, dims: readonly unknown[]): boolean =>
  tensor.dims.length === dims.length && tensor.dims.every((dim, axis) => dim === dims[axis])

function mismatchedNames(
  missing: readonly string[],
  unexpected: readonly string[],
  weights: StateDict,
  wanted: ReadonlySet<string>,
): ModelError {
  const parts: string[] = []
  if (missing.length > 0) {
    parts.push(
      `the model needs ${listed(missing.map((name) => withNearest(name, unexpected)))}, which the file lacks`,
    )
  }
  if (unexpected.length > 0) parts.push(`the file has ${listed(unexpected)}, which the model lacks`)
  return new ModelError('WEIGHTS_MISMATCH', {
    what: `Weights and architecture do not fit: ${parts.join('; ')}`,
    why: weights.tensors.size === 0 ? 'The file holds no weights' : otherWeights(weights, wanted),
    next: 'Check class= and args= against the code that saved the weights',
  })
}

function withNearest(name: string, candidates: readonly string[]): string {
  const close = nearest(name, candidates)
  return close ? `${name} (the file has ${close})` : name
}

const misshapenTensors = (
  lines: readonly string[],
  weights: StateDict,
  wanted: ReadonlySet<string>,
): ModelError =>
  new ModelError('WEIGHTS_MISMATCH', {
    what: `Weights and architecture have different shapes: ${listed(lines)}`,
    why: otherWeights(weights, wanted),
    next: 'Check args= against the code that saved the weights',
  })

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_LISTED).join(', ')
  return names.length > MAX_LISTED ? `${shown} and ${names.length - MAX_LISTED} more` : shown
}
