import { asNumber, isNumber, plainNumber, wholeNumber } from '../numbers/numbers.ts'
import { bool, float, int, type NativeFunction, NONE } from '../values/index.ts'

const bits = (value: bigint): string => (value < 0n ? -value : value).toString(2).replace(/^0$/, '')

const itself: NativeFunction['call'] = (_, { positional: [self = NONE] }) => self

const ofInt =
  (count: (value: bigint) => number): NativeFunction['call'] =>
  (i, { positional: [self = NONE] }) => {
    const number = isNumber(self) ? asNumber(self) : int(0)
    return int(number.kind === 'int' ? count(wholeNumber(i, number)) : 0)
  }

export const INT_METHODS: Readonly<Record<string, NativeFunction['call']>> = {
  bit_length: ofInt((value) => bits(value).length),
  bit_count: ofInt((value) => bits(value).replaceAll('0', '').length),
  conjugate: itself,
  is_integer: () => bool(true),
}

export const FLOAT_METHODS: Readonly<Record<string, NativeFunction['call']>> = {
  conjugate: itself,
  is_integer: (i, { positional: [self = float(Number.NaN)] }) =>
    bool(isNumber(self) && Number.isInteger(plainNumber(i, asNumber(self)))),
}
