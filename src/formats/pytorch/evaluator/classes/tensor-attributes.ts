import { dtypeValueOf } from '../builtins/dtypes.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { operatorFunction } from '../interpreter/operators.ts'
import {
  bool,
  type CallArguments,
  int,
  NONE,
  type PyValue,
  sizeTuple,
  type TensorHandle,
} from '../values/index.ts'

/** Attributes of a tensor that are no methods. */
const ATTRIBUTES: ReadonlyMap<string, (i: Interpreter, tensor: TensorHandle) => PyValue> = new Map<
  string,
  (i: Interpreter, tensor: TensorHandle) => PyValue
>([
  ['shape', (_, tensor) => sizeTuple(tensor.dims.map(int))],
  ['dtype', (_, tensor) => dtypeValueOf(tensor.dtype) ?? NONE],
  ['ndim', (_, tensor) => int(tensor.rank)],
  ['device', () => ({ kind: 'device', type: 'cpu' })],
  ['layout', () => ({ kind: 'constant', name: 'strided' })],
  ['requires_grad', (_, tensor) => bool(tensor.requiresGrad ?? tensor.isParameter)],
  ['is_cuda', () => bool(false)],
  ['is_mps', () => bool(false)],
  ['is_quantized', () => bool(false)],
  ['is_sparse', () => bool(false)],
  ['is_nested', () => bool(false)],
  ['is_leaf', () => bool(true)],
  ['grad', () => NONE],
  ['grad_fn', () => NONE],
  ['data', (_, tensor) => tensor],
  ['T', (i, tensor) => i.operator('numpy_T', [tensor])],
  ['mT', (i, tensor) => i.operator('transpose', [tensor, int(-2), int(-1)])],
  ['H', (i, tensor) => i.operator('numpy_T', [tensor])],
])

/** `x.where(condition, other)` is `torch.where(condition, x, other)`. */
function conditionFirst({ positional: [self, condition, ...rest], keyword }: CallArguments): CallArguments {
  const values = [condition, self, ...rest].filter((value) => value !== undefined)
  return { positional: values, keyword }
}

export const isTensorAttribute = (name: string): boolean => ATTRIBUTES.has(name)

export function tensorAttribute(i: Interpreter, tensor: TensorHandle, name: string): PyValue | undefined {
  const attribute = ATTRIBUTES.get(name)
  if (attribute) return attribute(i, tensor)
  if (!i.operators.hasMethod(name)) return undefined
  return {
    kind: 'method',
    self: tensor,
    callee: operatorFunction(name, name === 'where' ? conditionFirst : undefined),
  }
}
