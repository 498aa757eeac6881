import type { ModelError } from '../../../../errors/index.ts'
import type { DType } from '../../../../graph/index.ts'
import type { BoundMethod, DescriptorValue, FunctionValue, NativeFunction } from './callables.ts'
import type { ClassValue, InstanceValue } from './class-value.ts'
import type { DictValue, DictView, ListValue, SetValue, TupleValue } from './containers.ts'
import type { IteratorValue } from './iterator-value.ts'
import type {
  BoolValue,
  BytesValue,
  EllipsisValue,
  FloatValue,
  IntValue,
  NoneValue,
  SliceValue,
  StrValue,
} from './scalars.ts'
import type { TensorHandle } from './tensor-handle.ts'

/** Everything a Python name can stand for while a model is evaluated. */
export type PyValue =
  | NoneValue
  | BoolValue
  | IntValue
  | FloatValue
  | StrValue
  | BytesValue
  | EllipsisValue
  | SliceValue
  | ListValue
  | TupleValue
  | DictValue
  | DictView
  | SetValue
  | RangeValue
  | IteratorValue
  | DTypeValue
  | DeviceValue
  | ConstantValue
  | TensorHandle
  | InstanceValue
  | ClassValue
  | FunctionValue
  | NativeFunction
  | BoundMethod
  | DescriptorValue
  | SuperValue
  | NamespaceValue
  | TypeValue
  | OpaqueValue
  | UndecidedValue

/** `range(start, stop, step)`; its ends may be symbolic. */
export interface RangeValue {
  readonly kind: 'range'
  readonly start: IntValue
  readonly stop: IntValue
  readonly step: IntValue
}

export interface DTypeValue {
  readonly kind: 'dtype'
  /** PyTorch's name: `float32`, `int64`. */
  readonly name: string
  readonly dtype: DType
}

/** Every tensor lives on one device here; the type is kept for what models print and compare. */
export interface DeviceValue {
  readonly kind: 'device'
  readonly type: string
}

/** A named constant with no other meaning: layouts, memory formats. */
export interface ConstantValue {
  readonly kind: 'constant'
  readonly name: string
}

/** `super()`: attributes of `self` looked up behind `after`. */
export interface SuperValue {
  readonly kind: 'super'
  readonly self: PyValue
  readonly after: ClassValue
}

/** A module of the library (`torch.nn`), of the archive (`__torch__.a`), or of an import that is not known. */
export interface NamespaceValue {
  readonly kind: 'namespace'
  /** Dotted. */
  readonly name: string
  /** Of an import that is not known: using it is an error, importing it is not. */
  readonly isUnknown?: boolean | undefined
  /** Of a library, of which not every name is known here. */
  readonly isProvided?: boolean | undefined
  /** Of a file that is still running: it imports another that imports it. */
  readonly isPartial?: boolean | undefined
  /** Of something without effect on a model (loggers, profilers): calls and members give it again. */
  readonly isInert?: boolean | undefined
  /** Of something that only a run gives a value (random numbers, files): no decision is taken by it. */
  readonly isOpen?: boolean | undefined
  /** Of a file of the model's: its globals, which may be set from outside. */
  readonly names?: Map<string, PyValue> | undefined
  readonly get: (name: string) => PyValue | undefined
  /** All members, for `from x import *`. */
  readonly all?: (() => Iterable<readonly [string, PyValue]>) | undefined
}

/** A type as annotations and `isinstance` use it: `int`, `Tensor`, `List[int]`. Calling some of them converts. */
export interface TypeValue {
  readonly kind: 'type'
  readonly name: string
  readonly args: readonly PyValue[]
  readonly call?: NativeFunction['call'] | undefined
  readonly attributes?: ReadonlyMap<string, PyValue> | undefined
}

/** The result of an operator without a conversion: evaluation goes on, to find the others. */
export interface OpaqueValue {
  readonly kind: 'opaque'
  readonly reason: string
}

/** What a name stands for that the data decides in a way that no graph has a value for. It is refused when it is asked for. */
export interface UndecidedValue {
  readonly kind: 'undecided'
  readonly error: ModelError
}

/** What Python's `type(x).__name__` would say. */
export function typeName(value: PyValue): string {
  switch (value.kind) {
    case 'none':
      return 'NoneType'
    case 'instance':
      return value.class.name
    case 'tensor':
      return value.isParameter ? 'Parameter' : 'Tensor'
    case 'set':
      return value.isFrozen ? 'frozenset' : 'set'
    case 'view':
      return `dict_${value.part}`
    case 'tuple':
      return value.typeName ?? 'tuple'
    case 'native':
    case 'function':
    case 'method':
      return 'function'
    case 'class':
    case 'type':
      return 'type'
    case 'namespace':
      return 'module'
    default:
      return value.kind
  }
}
