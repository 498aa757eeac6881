import { dtypeValueOf, scalarTypeOf } from '../../evaluator/builtins/dtypes.ts'
import { isNumber } from '../../evaluator/numbers/numbers.ts'
import { pythonError } from '../../evaluator/python-error.ts'
import { bool, int, NONE, type PyValue, positional } from '../../evaluator/values/index.ts'
import type { OperatorContext } from '../context.ts'
import type { CustomTable } from '../operator.ts'

/** A Python number as a 0-d tensor: sizes keep their symbol, so that traces stay dynamic. */
function numberToTensor(c: OperatorContext, value: PyValue | undefined): PyValue {
  if (!value || !isNumber(value)) return value?.kind === 'tensor' ? value : c.fail('a number is needed')
  const dtype = value.kind === 'float' ? 'float32' : value.kind === 'bool' ? 'bool' : 'int64'
  return c.wrap(c.scalar(value, dtype))
}

function item(c: OperatorContext, value: PyValue | undefined): PyValue {
  return value?.kind === 'tensor' ? c.interpreter.operator('item', [value]) : (value ?? NONE)
}

const extremum =
  (name: 'min' | 'max'): CustomTable[string] =>
  (c, { positional: given }) => {
    const builtin = c.interpreter.builtin(name)
    return c.interpreter.call(builtin, positional(...given))
  }

const first: CustomTable[string] = (_, { positional: [value] }) => value ?? NONE

/** The last dotted part: `builtins.ValueError` → `ValueError`. */
const className = (value: PyValue | undefined): string =>
  value?.kind === 'str' ? (value.value.split('.').at(-1) ?? 'Exception') : 'Exception'

/** TorchScript's own operators, called as `ops.prim.<name>`. */
export const PRIM: CustomTable = {
  'prim.NumToTensor': (c, { positional: [value] }) => numberToTensor(c, value),
  'prim.ImplicitTensorToNum': (c, { positional: [value] }) => item(c, value),
  'prim.RaiseException': (c, { positional: [message, type] }) => {
    throw pythonError(className(type), message ? c.interpreter.text(message) : '')
  },
  'prim.dtype': (c, { positional: [value] }) => {
    const found = value?.kind === 'tensor' ? dtypeValueOf(value.dtype) : undefined
    return found ? int(scalarTypeOf(found)) : c.fail('a tensor is needed')
  },
  'prim.device': () => ({ kind: 'device', type: 'cpu' }),
  'prim.layout': () => int(0),
  'prim.data': first,
  'prim.unchecked_cast': first,
  'prim.unchecked_unwrap_optional': first,
  'prim.is_cuda': () => bool(false),
  'prim.is_cpu': () => bool(true),
  'prim.is_mkldnn': () => bool(false),
  'prim.is_quantized': () => bool(false),
  'prim.is_sparse': () => bool(false),
  'prim.is_nested': () => bool(false),
  'prim.requires_grad': () => bool(false),
  'prim.grad': () => NONE,
  'prim.type': (_, { positional: [value] }) =>
    value?.kind === 'device' ? { kind: 'str', value: value.type } : NONE,
  'prim.index': () => NONE,
  'prim.itemsize': (c, { positional: [value] }) =>
    c.interpreter.operator('element_size', value ? [value] : []),
  'prim.TupleIndex': (c, { positional: [items, index] }) =>
    c.interpreter.getItem(items ?? NONE, index ?? NONE),
  'prim.tolist': (c, { positional: [value] }) => c.interpreter.operator('tolist', value ? [value] : []),
  'prim.shape': (c, { positional: [value] }) => c.interpreter.operator('size', value ? [value] : []),
  'prim.min': extremum('min'),
  'prim.max': extremum('max'),
  'prim.abs': (c, { positional: given }) =>
    c.interpreter.call(c.interpreter.builtin('abs'), positional(...given)),
  'prim.isinstance': () => bool(true),
  'prim.Print': () => NONE,
}
