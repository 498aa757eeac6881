import { composites, type Dim, DTYPES, isFloat, product, symbolName } from '../../../../graph/index.ts'
import { pythonBool, undecidedNumber } from '../../evaluator/branches/index.ts'
import { toFloat, toInt } from '../../evaluator/builtins/types.ts'
import { holds } from '../../evaluator/decisions.ts'
import { dataDependent } from '../../evaluator/interpreter/control-flow.ts'
import { knownFloat, knownScalar, knownWhole } from '../../evaluator/numbers/known-scalar.ts'
import {
  bool,
  float,
  int,
  intOf,
  ListValue,
  type PyValue,
  rowMajor,
  sizeTuple,
  type TensorHandle,
} from '../../evaluator/values/index.ts'
import type { OperatorContext } from '../context.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'

const size: Evaluate = (c, args) => {
  const { dims } = args.tensor('self')
  if (!args.has('dim')) return sizeTuple(dims.map(int))
  return int(dims[c.axis(args.number('dim'), dims.length)] ?? 1)
}

/** The value of a one-element tensor: known, or an int that only the data gives. */
function item(c: OperatorContext, tensor: TensorHandle): PyValue {
  const known = knownScalar(tensor)
  const { dtype } = tensor
  if (known !== undefined) {
    if (dtype === 'bool') return bool(known === 1)
    return isFloat(dtype) ? toFloat(c.interpreter, int(known)) : int(known)
  }
  const whole = knownWhole(tensor)
  if (whole !== undefined) return intOf(whole)
  const constant = knownFloat(tensor)
  if (constant !== undefined) return float(constant)
  if (!tensor.dims.every((dim) => dim === 1))
    return c.fail('only one-element tensors can be converted to Python numbers')
  if (DTYPES[dtype].kind !== 'int' && DTYPES[dtype].kind !== 'uint') {
    const why = dataDependent(c.interpreter, `The value of a ${dtype} tensor is used as a Python number`, [
      tensor.read(),
    ])
    const value = c.cast(c.reshape(tensor.read(), []), dtype === 'bool' ? 'bool' : 'float64')
    return undecidedNumber(c.interpreter, value, why)
  }
  return int(unbackedInt(c, tensor))
}

/** A symbol that stands for the tensor's value at run time. It may be negative, unlike a size. */
function unbackedInt(c: OperatorContext, tensor: TensorHandle): Dim {
  const dim = composites.sizeOf(c.b, c.reshape(c.cast(tensor.read(), 'int64'), []))
  const name = symbolName(dim)
  const facts = { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY }
  if (name !== undefined && c.session.model.facts.get(name)?.hint === undefined)
    c.session.model.facts.set(name, facts)
  if (name !== undefined) c.session.computed.set(name, tensor.read())
  return dim
}

const stride: Evaluate = (c, args) => {
  const { strides } = args.tensor('self').layout
  if (!strides) return c.refuse(UNKNOWN_LAYOUT)
  if (!args.has('dim')) return { kind: 'tuple', items: strides.map(int) }
  return int(strides[c.axis(args.number('dim'), strides.length)] ?? 1)
}

const storageOffset: Evaluate = (c, args) => {
  const { offset } = args.tensor('self').layout
  return offset === undefined ? c.refuse(UNKNOWN_LAYOUT) : int(offset)
}

const UNKNOWN_LAYOUT = 'How the elements of this tensor lie in memory is not known'

/** Where sizes decide it, they are taken at their hints, as guards; where nothing is known, it is assumed. */
const isContiguous: Evaluate = (c, args) => {
  const self = args.tensor('self')
  const { strides } = self.layout
  if (!strides) {
    c.session.assume(`A tensor is contiguous where the program asks (${c.session.place})`)
    return bool(true)
  }
  const dense = rowMajor(self.dims)
  return bool(
    self.dims.every(
      (dim, axis) =>
        holds(c.session, strides[axis] ?? 1, '==', dense[axis] ?? 1) || holds(c.session, dim, '==', 1),
    ),
  )
}

/** Nested lists of a tensor that is known while converting. */
const tolist: Evaluate = (c, args) => {
  const tensor = args.tensor('self')
  if (tensor.rank === 0) return item(c, tensor)
  return new ListValue(
    c.interpreter
      .iterate(tensor)
      .map((part) => (part.kind === 'tensor' ? c.interpreter.operator('tolist', [part]) : part)),
  )
}

const single: Evaluate = (c, args) => item(c, args.has('self') ? args.tensor('self') : args.tensor('a'))

const constant =
  (value: PyValue): Evaluate =>
  () =>
    value

/** What Python asks of a tensor: sizes, kinds, and values where they are known. */
export const INSPECTION: OperatorTable = {
  size,
  sym_size: size,
  dim: (_, args) => int(args.tensor('self').rank),
  ndimension: (_, args) => int(args.tensor('self').rank),
  numel: (_, args) => int(product(args.tensor('self').dims)),
  nelement: (_, args) => int(product(args.tensor('self').dims)),
  sym_numel: (_, args) => int(product(args.tensor('self').dims)),
  len: (c, args) => int(args.tensor('t').dims[0] ?? c.fail('len() of a 0-d tensor')),
  item: single,
  _local_scalar_dense: single,
  ScalarImplicit: single,
  IntImplicit: single,
  FloatImplicit: single,
  Int: (c, args) => toInt(c.interpreter, single(c, args)),
  Float: (c, args) => toFloat(c.interpreter, single(c, args)),
  Bool: (c, args) => pythonBool(c.interpreter, args.tensor('a')),
  is_nonzero: (c, args) => pythonBool(c.interpreter, args.tensor('self')),
  tolist,
  stride,
  sym_stride: stride,
  storage_offset: storageOffset,
  sym_storage_offset: storageOffset,
  is_contiguous: isContiguous,
  sym_is_contiguous: isContiguous,
  is_floating_point: (_, args) => bool(isFloat(args.tensor('self').dtype)),
  is_complex: constant(bool(false)),
  element_size: (_, args) => int(DTYPES[args.tensor('self').dtype].bits / 8),
  get_device: constant(int(-1)),
}
