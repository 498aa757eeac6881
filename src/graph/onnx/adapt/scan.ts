import { editing } from './adapter.ts'

/** Opset 9 took away the batch axis and the lengths. */
export const scan = editing('Scan', 9, (call) => {
  call.refuse('it runs over a batch of sequences')
})
