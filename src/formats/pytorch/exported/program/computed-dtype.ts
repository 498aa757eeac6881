import type { DType } from '../../../../graph/index.ts'
import { type TorchDType, toDType } from '../../tensors/index.ts'
import type { ExportedProgram } from './program.ts'

/**
 * The dtype that a program's tensors are computed in: float32 for bfloat16, of which onnxruntime has next to no kernels and
 * pages have no arrays. Every bfloat16 is a float32, so results differ by what torch rounds away on the way.
 */
export const computedDType = (dtype: TorchDType): DType | undefined =>
  dtype === 'bfloat16' ? 'float32' : toDType(dtype)

/** Whether any tensor of a program, or of a graph in it, is bfloat16. */
export const usesBfloat16 = ({ graph }: ExportedProgram): boolean =>
  [...graph.tensors.values()].some(({ dtype }) => dtype === 'bfloat16')
