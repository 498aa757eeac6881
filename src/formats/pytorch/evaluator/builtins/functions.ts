import { type NativeFunction, NONE, native, transparentNative } from '../values/index.ts'
import { ITERABLE_FUNCTIONS } from './iterable-functions.ts'
import { lengthOf } from './length.ts'
import { NUMBER_FUNCTIONS } from './number-functions.ts'
import { OBJECT_FUNCTIONS } from './object-functions.ts'

const CALLS: Readonly<Record<string, NativeFunction['call']>> = {
  len: (i, { positional: [value] }) => lengthOf(i, value ?? NONE),
  ...ITERABLE_FUNCTIONS,
  ...NUMBER_FUNCTIONS,
  ...OBJECT_FUNCTIONS,
}

/** Python's built-in functions. What a model has no use for at conversion (`open`, `eval`) is absent. */
export const BUILTIN_FUNCTIONS: readonly NativeFunction[] = [
  ...Object.entries(CALLS).map(([name, call]) => native(name, call)),
  transparentNative('print', () => NONE),
]
