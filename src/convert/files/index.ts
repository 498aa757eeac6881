export { type FileStamp, sameStamp, stampOf } from './file-stamp.ts'
export { ModelFiles } from './model-files.ts'
