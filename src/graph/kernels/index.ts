import type { Attributes } from '../attribute.ts'
import type { Node } from '../node.ts'
import { schemaOf } from '../ops/registry.ts'
import type { Tensor } from '../tensor.ts'
import type { Value } from '../value.ts'
import type { ValueType } from '../value-type.ts'
import { accumulationKernels } from './accumulation.ts'
import { arithmeticKernels, unaryKernels } from './arithmetic.ts'
import { type Kernel, KernelCall, type OutputType } from './call.ts'
import { castKernel } from './conversion.ts'
import { generationKernels } from './generation.ts'
import { movementKernels } from './movement.ts'
import { matMulKernel } from './product.ts'
import { reductionKernels } from './reduction.ts'
import { scatteringKernels } from './scattering.ts'

/** Operators of the default domain that constants are folded through. */
const KERNELS: ReadonlyMap<string, Kernel> = new Map(
  Object.entries({
    ...accumulationKernels,
    ...arithmeticKernels,
    ...generationKernels,
    ...movementKernels,
    ...reductionKernels,
    ...scatteringKernels,
    ...unaryKernels,
    Cast: castKernel,
    CastLike: castKernel,
    MatMul: matMulKernel,
  }),
)

/** Whether there is a kernel: what a fold pass asks before it looks at sizes. */
export const isFoldable = (op: string, domain = ''): boolean => domain === '' && KERNELS.has(op)

/** A call of constants, with the types that inference gave its outputs. */
export interface FoldCall {
  readonly op: string
  readonly domain?: string | undefined
  readonly inputs: readonly (Value | undefined)[]
  readonly attributes: Attributes
  readonly outputs: readonly (ValueType | undefined)[]
}

/**
 * Results of a call whose inputs are constants, computed as the dtype computes; undefined when an input is not constant,
 * when there is no kernel, or for a case that is left to the runtime. The caller limits the sizes.
 *
 * @example fold(node)?.[0] // the tensor that replaces node.output
 */
export function foldCall({ inputs, ...call }: FoldCall): readonly Tensor[] | undefined {
  const constants = inputs.map((input) => input?.tensor)
  if (inputs.some((input, index) => input && !constants[index])) return undefined
  return foldTensors({ ...call, constants })
}

/** A call by the tensors that it takes. */
export interface TensorCall extends Omit<FoldCall, 'inputs'> {
  readonly constants: readonly (Tensor | undefined)[]
}

/** As `foldCall`, of tensors that need not be constants of a graph. */
export function foldTensors({
  op,
  domain = '',
  constants,
  attributes,
  outputs,
}: TensorCall): readonly Tensor[] | undefined {
  const kernel = isFoldable(op, domain) ? KERNELS.get(op) : undefined
  if (!kernel || schemaOf(op, domain)?.impure) return undefined
  if (constants.some((tensor) => tensor && isEndless(tensor.dims))) return undefined
  const types = outputs.map(staticType)
  if (types.some((type) => type && isEndless(type.dims))) return undefined
  if (op !== 'NonZero' && types.includes(undefined)) return undefined
  const call = new KernelCall(
    op,
    constants,
    attributes,
    types.filter((type) => type !== undefined),
  )
  return kernel(call)
}

/** As `foldCall`, of a node. */
export const fold = ({ op, domain, inputs, attributes, outputs }: Node): readonly Tensor[] | undefined =>
  foldCall({ op, domain, inputs, attributes, outputs: outputs.map(({ type }) => type) })

/** Longer axes are believed of a tensor that has elements to show for them. */
const LONGEST_EMPTY_AXIS = 65536

/** [0, 2^40] holds no element, and yet a list of positions along its axes would not fit into memory. */
const isEndless = (dims: readonly number[]): boolean =>
  dims.includes(0) && dims.some((dim) => dim > LONGEST_EMPTY_AXIS)

function staticType(type: ValueType | undefined): OutputType | undefined {
  if (type?.kind !== 'tensor' || !type.dims?.every((dim) => typeof dim === 'number')) return undefined
  return { dtype: type.dtype, dims: type.dims }
}
