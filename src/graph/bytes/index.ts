export { type ByteOrigin, type ByteSource, checkRange, readAll, SlicedSource } from './byte-source.ts'
export { confinedPath, MemorySource } from './memory-source.ts'
export { looksLikeZip, readZip, type ZipEntry, type ZipLimits } from './zip.ts'
