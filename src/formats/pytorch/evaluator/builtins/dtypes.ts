import type { DType } from '../../../../graph/index.ts'
import { TORCH_DTYPES, toDType, torchDTypeFromName } from '../../tensors/index.ts'
import type { DTypeValue } from '../values/index.ts'

/** Second names that PyTorch gives its dtypes. */
const ALIASES = {
  float: 'float32',
  double: 'float64',
  half: 'float16',
  long: 'int64',
  int: 'int32',
  short: 'int16',
} as const

/** `torch.float32`, `torch.float` …: by the name behind `torch.`. Those that ONNX lacks are absent. */
export const DTYPE_VALUES: ReadonlyMap<string, DTypeValue> = makeValues()

function makeValues(): Map<string, DTypeValue> {
  const values = new Map<string, DTypeValue>()
  for (const name of Object.keys(TORCH_DTYPES)) {
    const known = torchDTypeFromName(name)
    const dtype = known && !name.startsWith('q') ? toDType(known) : undefined
    if (dtype) values.set(name, { kind: 'dtype', name, dtype })
  }
  for (const [alias, name] of Object.entries(ALIASES)) {
    const value = values.get(name)
    if (value) values.set(alias, value)
  }
  return values
}

const byDType = new Map<DType, DTypeValue>()
for (const value of DTYPE_VALUES.values()) if (!byDType.has(value.dtype)) byDType.set(value.dtype, value)

/** The torch dtype of ours; undefined for strings and 4-bit types, which tensors here never have. */
export const dtypeValueOf = (dtype: DType): DTypeValue | undefined => byDType.get(dtype)

/** c10::ScalarType, as TorchScript writes dtypes (c10/core/ScalarType.h). */
const SCALAR_TYPES: readonly string[] = [
  ...['uint8', 'int8', 'int16', 'int32', 'int64', 'float16', 'float32', 'float64'],
  ...['complex32', 'complex64', 'complex128', 'bool', 'qint8', 'quint8', 'qint32', 'bfloat16'],
]

export const dtypeFromScalarType = (code: number): DTypeValue | undefined =>
  DTYPE_VALUES.get(SCALAR_TYPES[code] ?? '')

/** The code TorchScript compares dtypes by; −1 for newer dtypes. */
export const scalarTypeOf = (value: DTypeValue): number => SCALAR_TYPES.indexOf(value.name)
