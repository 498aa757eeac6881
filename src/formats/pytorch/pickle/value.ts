import type { StorageRange, StorageView, TorchDType } from '../tensors/index.ts'
import type { PickleDict } from './dict.ts'

/**
 * What a pickle holds, as data: nothing of it was ever run. Lists, dicts, sets and objects keep their identity, so shared
 * parts are shared and cycles are possible: whoever walks a value bounds the depth or remembers where it has been.
 */
export type PickleValue =
  | PickleNone
  | PickleBool
  | PickleInt
  | PickleFloat
  | PickleComplex
  | PickleString
  | PickleBytes
  | PickleList
  | PickleTuple
  | PickleDict
  | PickleSet
  | PickleClass
  | PickleObject
  | PickleDType
  | PickleStorage
  | PickleTensor

export interface PickleNone {
  readonly kind: 'none'
}

export interface PickleBool {
  readonly kind: 'bool'
  readonly value: boolean
}

/** A Python int: a bigint only where a number would not be exact. */
export interface PickleInt {
  readonly kind: 'int'
  readonly value: number | bigint
}

/** A Python float: `2.0` stays apart from `2`. */
export interface PickleFloat {
  readonly kind: 'float'
  readonly value: number
}

export interface PickleComplex {
  readonly kind: 'complex'
  readonly re: number
  readonly im: number
}

export interface PickleString {
  readonly kind: 'string'
  readonly value: string
}

export interface PickleBytes {
  readonly kind: 'bytes'
  readonly value: Uint8Array
}

export interface PickleList {
  readonly kind: 'list'
  readonly items: PickleValue[]
  /** The type that TorchScript recorded for it: `List[int]`. */
  typeTag?: string
}

export interface PickleTuple {
  readonly kind: 'tuple'
  readonly items: readonly PickleValue[]
}

export interface PickleSet {
  readonly kind: 'set'
  readonly items: PickleValue[]
}

/** A class or function, by name only: `torch.nn.modules.conv` and `Conv2d`. */
export interface PickleClass {
  readonly kind: 'class'
  readonly module: string
  readonly name: string
}

/** An instance of a class that the pickle names, or the result of a call of it: the parts it would be made from. */
export interface PickleObject {
  readonly kind: 'object'
  readonly class: PickleClass
  readonly args: readonly PickleValue[]
  readonly kwargs?: PickleDict
  /** What `__setstate__` would be given: most often the attributes, as a dict. */
  state?: PickleValue
  /** Appended items, where the class is a kind of list or set. */
  items?: PickleValue[]
  /** Entries set, where the class is a kind of dict. */
  entries?: PickleDict
}

/** `torch.float32` as a value. */
export interface PickleDType {
  readonly kind: 'dtype'
  readonly dtype: TorchDType
}

export interface PickleStorage extends StorageRange {
  readonly kind: 'storage'
  /** Undefined for an `UntypedStorage`, whose tensors name their own. */
  readonly dtype: TorchDType | undefined
  /** `cpu`, `cuda:0`: where it lived when saved. */
  readonly device: string
}

export interface PickleTensor {
  readonly kind: 'tensor'
  readonly role: 'tensor' | 'parameter' | 'buffer'
  readonly view: StorageView
  readonly requiresGrad: boolean
  /** `(torch.per_tensor_affine, scale, zero_point)` and kin, where the tensor is quantised. */
  readonly quantizer?: PickleTuple
  /** Python attributes set on the tensor. */
  state?: PickleValue
}

export const NONE: PickleNone = { kind: 'none' }
export const TRUE: PickleBool = { kind: 'bool', value: true }
export const FALSE: PickleBool = { kind: 'bool', value: false }
export const EMPTY_TUPLE: PickleTuple = { kind: 'tuple', items: [] }

export const int = (value: number): PickleInt => ({ kind: 'int', value })
export const float = (value: number): PickleFloat => ({ kind: 'float', value })
export const string = (value: string): PickleString => ({ kind: 'string', value })
export const bytes = (value: Uint8Array): PickleBytes => ({ kind: 'bytes', value })

/** An int as a number where that is exact. */
export function bigInt(value: bigint): PickleInt {
  const small = Number(value)
  return { kind: 'int', value: Number.isSafeInteger(small) ? small : value }
}

/** `torch.nn.modules.conv.Conv2d` */
export const qualifiedName = ({ module, name }: PickleClass): string => `${module}.${name}`

/** The attributes of an object whose state is a dict, or the `(dict, slots)` pair of a class with `__slots__`. */
export function attributesOf(object: PickleObject): PickleDict | undefined {
  const { state } = object
  if (state?.kind === 'dict') return state
  if (state?.kind !== 'tuple' || state.items.length !== 2) return undefined
  return state.items.find((part) => part.kind === 'dict')
}

/** A short text of a value for error messages: `a dict`, `the class torch.nn.Linear`. */
export function describe(value: PickleValue): string {
  switch (value.kind) {
    case 'none':
      return 'None'
    case 'int':
    case 'float':
    case 'bool':
      return `the ${value.kind} ${value.value}`
    case 'string':
      return `the string ${JSON.stringify(value.value.slice(0, 40))}`
    case 'class':
      return `the class ${qualifiedName(value)}`
    case 'object':
      return `an object of class ${qualifiedName(value.class)}`
    default:
      return `a ${value.kind}`
  }
}
