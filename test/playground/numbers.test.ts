import { expect, it } from 'vitest'
import {
  formatBytes,
  formatDecibels,
  formatError,
  formatMilliseconds,
  formatShare,
} from '../../playground/src/view/numbers.ts'

it.each([
  [formatBytes(283_600), '284 kB'],
  [formatBytes(1_130_511), '1,131 kB'],
  [formatBytes(14_239_890), '14.2 MB'],
  [formatShare(0.976), '98 %'],
  [formatShare(0.004), '<1 %'],
  [formatShare(0), '0 %'],
  [formatMilliseconds(0.64), '0.6 ms'],
  [formatMilliseconds(14.2), '14 ms'],
  [formatError(0.03123), '0.0312'],
  [formatError(2.384e-7), '2.38e-7'],
  [formatError(0), '0'],
  [formatError(null), '–'],
  [formatDecibels(38.12), '38.1 dB'],
  [formatDecibels(null), '–'],
])('writes %s, never broken between number and unit', (written, expected) => {
  expect(written).toBe(expected.replace(' ', '\u00a0'))
})
