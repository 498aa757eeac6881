export { readSnapshot } from './read.ts'
export { writeSnapshot } from './write.ts'
