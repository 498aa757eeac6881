import type { DType } from '../../../../graph/index.ts'
import { DTYPE_VALUES } from '../builtins/dtypes.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { type CallArguments, ListValue, NONE, type PyValue } from '../values/index.ts'

/** The types of old, by the dtype that each stands for; `torch.Tensor` is that of the default one. */
export const LEGACY_DTYPES: ReadonlyMap<string, DType> = new Map([
  ['Tensor', 'float32'],
  ['FloatTensor', 'float32'],
  ['DoubleTensor', 'float64'],
  ['HalfTensor', 'float16'],
  ['BFloat16Tensor', 'bfloat16'],
  ['ByteTensor', 'uint8'],
  ['CharTensor', 'int8'],
  ['ShortTensor', 'int16'],
  ['IntTensor', 'int32'],
  ['LongTensor', 'int64'],
  ['BoolTensor', 'bool'],
])

/**
 * `torch.Tensor(2, 3)` is memory of that size that nobody has set, `torch.Tensor([2, 3])` are two values
 * (https://docs.pytorch.org/docs/stable/tensors.html).
 */
export const LEGACY_TYPES: readonly (readonly [string, PyValue])[] = [...LEGACY_DTYPES].map(
  ([name, dtype]) => [
    name,
    { kind: 'type', name, args: [], call: (i: Interpreter, args: CallArguments) => made(i, args, dtype) },
  ],
)

function made(i: Interpreter, { positional: given }: CallArguments, dtype: DType): PyValue {
  const [first] = given
  if (first?.kind === 'tensor' && first.dtype === dtype && given.length === 1) return first
  const isOfSizes =
    given.every(({ kind }) => kind === 'int') || (first?.kind === 'tuple' && first.typeName === 'Size')
  const sizes =
    first?.kind === 'tuple' ? first : new ListValue(given.length === 0 ? [{ kind: 'int', value: 0 }] : given)
  const keyword = new Map([['dtype', DTYPE_VALUES.get(dtype) ?? NONE]])
  return isOfSizes
    ? i.operators.call(i, 'empty', { positional: [sizes], keyword })
    : i.operators.call(i, 'tensor', { positional: given, keyword })
}
