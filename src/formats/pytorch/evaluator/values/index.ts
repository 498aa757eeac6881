export { AttributesView } from './attributes-view.ts'
export * from './callables.ts'
export { ClassValue, InstanceValue } from './class-value.ts'
export { DictValue, DictView, ListValue, SetValue, sizeTuple, type TupleValue, tuple } from './containers.ts'
export { dictItems } from './dict-instance.ts'
export { IteratorValue } from './iterator-value.ts'
export { hashMethod, identityOf, keyOf } from './keys.ts'
export * from './py-value.ts'
export * from './scalars.ts'
export { isRowMajor, isRowOrdered, rowMajor, type Strided, type ViewStrides, viewStrides } from './strides.ts'
export {
  type DeferredValue,
  type Layout,
  type SavedTensor,
  TensorHandle,
  type View,
} from './tensor-handle.ts'
