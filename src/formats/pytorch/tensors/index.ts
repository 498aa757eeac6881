export { TorchStorage } from './storage.ts'
export { type StorageRange, StorageView, type ViewShape } from './storage-view.ts'
export {
  elementBytes,
  TORCH_DTYPES,
  type TorchDType,
  toDType,
  torchDTypeFromName,
  torchDTypeFromStorage,
} from './torch-dtype.ts'
