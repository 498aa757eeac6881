export { print } from './printer.ts'
