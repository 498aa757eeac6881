import { ModelError } from '../../../errors/index.ts'
import { type StorageRange, StorageView, TORCH_DTYPES, torchDTypeFromName } from '../tensors/index.ts'
import type { Constructor, ConstructorContext, ConstructorTable } from './constructor.ts'
import { makeNumpyScalar } from './numpy.ts'
import { PYTHON_CONSTRUCTORS } from './python-constructors.ts'
import {
  describe,
  type PickleClass,
  type PickleStorage,
  type PickleTensor,
  type PickleValue,
  qualifiedName,
} from './value.ts'

/** The functions of torch/_utils.py that tensors are pickled through, and those of torch/jit/_pickle.py. */
const TORCH_ROWS: readonly (readonly [name: string, make: Constructor])[] = [
  // (storage, storage_offset, size, stride)
  ['torch._utils._rebuild_tensor', rebuildTensor],
  // (..., requires_grad, backward_hooks, metadata=None)
  ['torch._utils._rebuild_tensor_v2', rebuildTensor],
  // (..., requires_grad, backward_hooks, dtype, metadata=None): the storage is untyped
  ['torch._utils._rebuild_tensor_v3', rebuildTensor],
  // (storage, storage_offset, size, stride, quantizer_params, requires_grad, backward_hooks)
  ['torch._utils._rebuild_qtensor', rebuildQuantized],
  // (data, requires_grad, backward_hooks) and (..., state)
  ['torch._utils._rebuild_parameter', rebuildParameter],
  ['torch._utils._rebuild_parameter_with_state', rebuildParameter],
  // (data, ...): before 0.4
  ['torch.nn.parameter.Parameter', ([data]) => withRole(data, 'parameter')],
  ['torch.autograd.variable.Variable', ([data]) => withRole(data, 'tensor')],
  ['torch.nn.parameter.Buffer', ([data]) => withRole(data, 'buffer')],
  // (func, new_type, args, state): a subclass of Tensor, or a Tensor with attributes
  ['torch._tensor._rebuild_from_type_v2', rebuildFromType],
  // (data, dtype, device, requires_grad): a tensor of a device that was copied to the CPU
  ['torch._utils._rebuild_device_tensor_from_cpu_tensor', ([data]) => withRole(data, 'tensor')],
  ['torch.Size', ([size]) => (size?.kind === 'tuple' ? size : undefined)],
  ['torch.jit._pickle.build_intlist', typedList],
  ['torch.jit._pickle.build_doublelist', typedList],
  ['torch.jit._pickle.build_boollist', typedList],
  ['torch.jit._pickle.build_tensorlist', typedList],
  ['torch.jit._pickle.restore_type_tag', restoreTypeTag],
  ['numpy.core.multiarray.scalar', makeNumpyScalar],
  ['numpy._core.multiarray.scalar', makeNumpyScalar],
]

/** Everything a file of PyTorch is allowed to make; all else stays a record of names and arguments. */
export const TORCH_CONSTRUCTORS: ConstructorTable = new Map([...PYTHON_CONSTRUCTORS, ...TORCH_ROWS])

/** `torch.float32` and the other dtypes. */
export const TORCH_CONSTANTS: ReadonlyMap<string, PickleValue> = new Map(
  Object.keys(TORCH_DTYPES).flatMap((name) => {
    const dtype = torchDTypeFromName(name)
    return dtype ? [[`torch.${name}`, { kind: 'dtype', dtype } as const] as const] : []
  }),
)

function rebuildTensor(args: readonly PickleValue[], context: ConstructorContext): PickleTensor {
  refuseLazySigns(args[6])
  return { kind: 'tensor', role: 'tensor', view: viewOf(args, context), requiresGrad: isTrue(args[4]) }
}

/** A view that torch saves by its base and a note: the numbers in the file are not yet negated, or not yet conjugated. */
function refuseLazySigns(metadata: PickleValue | undefined): void {
  if (metadata?.kind !== 'dict') return
  const noted = [...metadata.entries()].find(([, value]) => isTrue(value))?.[0]
  if (noted?.kind !== 'string' || (noted.value !== 'neg' && noted.value !== 'conj')) return
  throw new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: `A tensor in the file is a lazy view (${noted.value}) of the numbers that are stored`,
    next: `Save it as numbers of its own: tensor.resolve_${noted.value}()`,
  })
}

function rebuildQuantized(args: readonly PickleValue[], context: ConstructorContext): PickleTensor {
  const quantizer = args[4]
  if (quantizer?.kind !== 'tuple') throw context.damaged('makes a quantised tensor without a quantiser')
  const requiresGrad = isTrue(args[5])
  return { kind: 'tensor', role: 'tensor', view: viewOf(args, context), requiresGrad, quantizer }
}

function viewOf(args: readonly PickleValue[], context: ConstructorContext): StorageView {
  const storage = context.storage(args[0])
  // Only _rebuild_tensor_v3 is given a dtype of its own.
  const own = args[6]?.kind === 'dtype' ? args[6].dtype : storage.dtype
  if (!own) throw context.damaged('makes a tensor of an untyped storage and names no dtype')
  const shape = { dtype: own, offset: integer(args[1], context), dims: integers(args[2], context) }
  return new StorageView(rangeOf(storage), { ...shape, strides: integers(args[3], context) })
}

const rangeOf = ({ storage, byteOffset, byteLength }: PickleStorage): StorageRange => ({
  storage,
  byteOffset,
  byteLength,
})

function integers(value: PickleValue | undefined, context: ConstructorContext): number[] {
  if (value?.kind !== 'tuple' && value?.kind !== 'list') throw context.damaged('makes a tensor without dims')
  context.charge(value.items.length)
  return value.items.map((item) => integer(item, context))
}

function integer(value: PickleValue | undefined, context: ConstructorContext): number {
  if (value?.kind === 'int' && typeof value.value === 'number') return value.value
  throw context.damaged(`makes a tensor with ${value ? describe(value) : 'nothing'} where an int belongs`)
}

const isTrue = (value: PickleValue | undefined): boolean => value?.kind === 'bool' && value.value

function rebuildParameter([data, requiresGrad, , state]: readonly PickleValue[]): PickleValue | undefined {
  const parameter = withRole(data, 'parameter')
  if (parameter?.kind !== 'tensor') return parameter
  return { ...parameter, requiresGrad: isTrue(requiresGrad), ...(state && { state }) }
}

/** The data a wrapper wraps, in its new role; a kind of tensor that stayed a record stays one. */
function withRole(data: PickleValue | undefined, role: PickleTensor['role']): PickleValue | undefined {
  return data?.kind === 'tensor' ? { ...data, role } : data
}

const PLAIN_TENSOR_TYPES = new Map<string, PickleTensor['role']>([
  ['torch.Tensor', 'tensor'],
  ['torch._tensor.Tensor', 'tensor'],
  ['torch.nn.parameter.Parameter', 'parameter'],
  ['torch.nn.parameter.Buffer', 'buffer'],
])

/** A subclass of another library may mean something else by its data, so it stays a record. */
function rebuildFromType(args: readonly PickleValue[], context: ConstructorContext): PickleValue | undefined {
  const [rebuild, type, inner, state] = args
  if (rebuild?.kind !== 'class' || type?.kind !== 'class' || inner?.kind !== 'tuple') return undefined
  const role = PLAIN_TENSOR_TYPES.get(qualifiedName(type))
  const make = REBUILDERS.get(qualifiedName(rebuild))
  const made = make?.(inner.items, context, rebuild)
  if (!role || made?.kind !== 'tensor') return undefined
  return { ...made, role, ...(state && { state }) }
}

const REBUILDERS: ConstructorTable = new Map(
  TORCH_ROWS.filter(([name]) => /^torch\._utils\._rebuild_(q?tensor|parameter)/.test(name)),
)

const LIST_TAGS = new Map([
  ['build_intlist', 'List[int]'],
  ['build_doublelist', 'List[float]'],
  ['build_boollist', 'List[bool]'],
  ['build_tensorlist', 'List[Tensor]'],
])

function typedList(
  [list]: readonly PickleValue[],
  _context: ConstructorContext,
  { name }: PickleClass,
): PickleValue | undefined {
  const tag = LIST_TAGS.get(name)
  if (list?.kind !== 'list' || tag === undefined) return undefined
  list.typeTag = tag
  return list
}

function restoreTypeTag([value, tag]: readonly PickleValue[]): PickleValue | undefined {
  if (tag?.kind === 'string' && (value?.kind === 'list' || value?.kind === 'dict')) value.typeTag = tag.value
  return value
}
