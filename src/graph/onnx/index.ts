export { adaptModel } from './adapt/adapt-model.ts'
export { readModel } from './read/model.ts'
export type { ExternalDataOptions } from './write/data-placement.ts'
export {
  joinChunks,
  type WriteOptions,
  type WrittenFile,
  type WrittenModel,
  writeModel,
} from './write/model.ts'
