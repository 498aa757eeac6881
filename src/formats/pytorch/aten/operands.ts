import { composites, type DType, isFloat, type Value } from '../../../graph/index.ts'
import { isNumber } from '../evaluator/numbers/numbers.ts'
import type { TensorHandle } from '../evaluator/values/index.ts'
import type { Arguments } from './arguments.ts'
import type { OperatorContext } from './context.ts'

type Operand = Parameters<typeof composites.torchResultType>[0][number]

/** The dtype that PyTorch computes in. */
export const promoted = composites.torchResultType

/** What promotion sees of the named arguments; absent ones are skipped. */
export function operandsOf(args: Arguments, names: readonly string[]): Operand[] {
  return names.flatMap((name): Operand[] => {
    const value = args.get(name)
    if (value.kind === 'tensor') return [operandOf(value)]
    return isNumber(value) ? [{ kind: 'number', type: value.kind }] : []
  })
}

const operandOf = ({ isWrappedNumber, dtype, rank }: TensorHandle): Operand =>
  isWrappedNumber ? { kind: 'number', type: numberKind(dtype) } : { kind: 'tensor', dtype, rank }

const numberKind = (dtype: DType): 'bool' | 'int' | 'float' =>
  dtype === 'bool' ? 'bool' : isFloat(dtype) ? 'float' : 'int'

/** Two arguments in their common dtype; `float`: ints and bools become float32, as in division and exp. */
export function promotePair(
  c: OperatorContext,
  args: Arguments,
  [first, second]: readonly [string, string] = ['self', 'other'],
  least?: 'float',
): { readonly a: Value; readonly b: Value; readonly dtype: DType } {
  const common = promoted(operandsOf(args, [first, second]))
  const dtype = least === 'float' && !isFloat(common) ? 'float32' : common
  return { a: operand(c, args, first, dtype), b: operand(c, args, second, dtype), dtype }
}

/** One argument, tensor or number, in that dtype. */
export function operand(c: OperatorContext, args: Arguments, name: string, dtype: DType): Value {
  const value = args.get(name)
  return value.kind === 'tensor' ? c.cast(value.read(), dtype) : c.scalar(args.scalar(name), dtype)
}

/** A tensor argument as floats: ints and bools become float32. */
export function floating(c: OperatorContext, args: Arguments, name = 'self'): Value {
  const value = args.value(name)
  return isFloat(value.dtype) ? value : c.cast(value, 'float32')
}
