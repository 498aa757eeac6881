import { describe, expect, it } from 'vitest'
import type { Stroke } from '../../playground/src/drawing/ink.ts'
import { digitImage } from '../../playground/src/reading/digit-image.ts'
import { DRAWINGS } from '../../playground/strokes.ts'

const bar: Stroke = [
  { x: 140, y: 40 },
  { x: 140, y: 240 },
]

const moved = (strokes: readonly Stroke[], scale: number, x: number, y: number): Stroke[] =>
  strokes.map((stroke) => stroke.map((point) => ({ x: point.x * scale + x, y: point.y * scale + y })))

const ink = (image: Float32Array) => image.reduce((sum, value) => sum + value, 0) / image.length

const column = (image: Float32Array, index: number) => image.filter((_, at) => at % 8 === index)

describe('digitImage', () => {
  it('is empty when nothing was drawn', () => {
    expect(digitImage([])).toEqual(new Float32Array(64))
    expect(digitImage([[]])).toEqual(new Float32Array(64))
  })

  it.each(DRAWINGS)(
    'gives $digit ($hand) the share of ink of the UCI digits, counted in sixteenths',
    ({ strokes }) => {
      const image = digitImage(strokes)
      expect(ink(image)).toBeGreaterThan(0.29)
      expect(ink(image)).toBeLessThan(0.32)
      for (const value of image) expect(Number.isInteger(value * 16) && value >= 0 && value <= 1).toBe(true)
    },
  )

  it.each(DRAWINGS)('reaches the top and the bottom of the image with $digit ($hand)', ({ strokes }) => {
    const image = digitImage(strokes)
    expect(Math.max(...image.subarray(0, 8))).toBeGreaterThan(0.25)
    expect(Math.max(...image.subarray(56))).toBeGreaterThan(0.25)
  })

  it('does not depend on where on the pad one draws, nor on how large', () => {
    for (const { strokes } of DRAWINGS) {
      // Powers of two, so that the comparison is exact.
      expect(digitImage(moved(strokes, 0.25, 16, 128))).toEqual(digitImage(strokes))
    }
  })

  it('does not depend on the order of the strokes or their direction', () => {
    for (const { strokes } of DRAWINGS) {
      const backwards = strokes.map((stroke) => stroke.toReversed()).toReversed()
      const difference = digitImage(backwards).map((value, index) =>
        Math.abs(value - (digitImage(strokes)[index] ?? 0)),
      )
      expect(Math.max(...difference)).toBeLessThanOrEqual(1 / 16)
    }
  })

  it('leaves a thin digit thin, in the middle', () => {
    const image = digitImage([bar])
    for (const index of [0, 1, 6, 7]) expect(Math.max(...column(image, index))).toBe(0)
    expect(Math.min(...column(image, 3))).toBe(1)
    expect(Math.min(...column(image, 4))).toBe(1)
  })

  it('squeezes a wide digit into the box', () => {
    const wide = digitImage([
      [
        { x: 0, y: 100 },
        { x: 280, y: 100 },
        { x: 0, y: 180 },
      ],
    ])
    expect(Math.max(...column(wide, 0), ...column(wide, 7))).toBeLessThan(0.25)
  })

  it('takes a dot and a dash', () => {
    expect(ink(digitImage([[{ x: 5, y: 5 }]]))).toBeCloseTo(0.3, 1)
    const dash: Stroke = [
      { x: 20, y: 140 },
      { x: 260, y: 140 },
    ]
    expect(ink(digitImage([dash]))).toBeCloseTo(0.3, 1)
  })
})
