import type { Value } from '../../graph/index.ts'
import type { FusedOperator, TargetCapabilities } from '../../targets/index.ts'

/** Whether the target gains by the operator for a value of this dtype. */
export function gainsBy(target: TargetCapabilities, op: FusedOperator, value: Value): boolean {
  const { gains, dtypes } = target.fused[op]
  return gains && value.type?.kind === 'tensor' && dtypes.includes(value.type.dtype)
}

/** Numbers that a file may have rounded to the dtype that it computes in, or printed with seven digits. */
export function isAbout(value: number, wanted: number, dtype: string): boolean {
  const tolerance = dtype === 'float64' ? 1e-9 : dtype === 'float32' ? 2e-6 : 2e-3
  return Math.abs(value - wanted) <= tolerance * Math.max(Math.abs(wanted), 1e-3)
}
