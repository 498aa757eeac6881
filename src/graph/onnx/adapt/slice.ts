import { editing } from './adapter.ts'

/** Opset 10: starts, ends and axes became inputs. */
export const slice = editing('Slice', 10, (call) => {
  call.moveInts('starts', 1)
  call.moveInts('ends', 2)
  call.moveInts('axes', 3)
})
