import { editing } from './adapter.ts'

/** Opset 13: axes became an input. */
export const squeeze = editing('Squeeze', 13, (call) => call.moveInts('axes', 1))
export const unsqueeze = editing('Unsqueeze', 13, (call) => call.moveInts('axes', 1))
