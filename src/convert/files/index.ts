export { type FileStamp, sameStamp, stampOf } from './file-stamp.ts'
export { makeFolder } from './make-folder.ts'
export { ModelFiles } from './model-files.ts'
