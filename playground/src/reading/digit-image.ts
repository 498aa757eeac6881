/**
 * Turns pen strokes into the 8 x 8 image the model was trained on.
 *
 * The UCI digits were scanned, squeezed into a box of 20 x 32 pixels in the middle of a 32 x 32 bitmap, and thickened or
 * thinned until three pixels in ten were ink (the 1,797 digits of scikit-learn: median 0.306, nine in ten between 0.25
 * and 0.36). The image then counts the ink of each 4 x 4 block. Strokes go the same way, so size, place and pen do not matter.
 */
import type { Point, Stroke } from '../drawing/ink.ts'

export const IMAGE_SIDE = 8
const BLOCK = 4
const BITMAP_SIDE = IMAGE_SIDE * BLOCK
const INK_SHARE = 0.3

/** The box for the middle of the stroke: 20 x 32 less the usual stroke of four pixels. */
const BOX = { width: 16, height: 28 }

/** A thin digit is not stretched to fill the box: a 1 stays narrow, a dash stays flat. */
const MAX_STRETCH = 1.5

/**
 * @param strokes in any unit; empty ones are ignored
 * @returns 64 values, row by row, each the share of ink in its block: 0..1. All 0 when there is no stroke.
 *
 * @example
 * await model.run({ image: digitImage(strokes) }) // image: [1, 1, 8, 8]
 */
export function digitImage(strokes: readonly Stroke[]): Float32Array {
  const image = new Float32Array(IMAGE_SIDE * IMAGE_SIDE)
  const drawn = strokes.filter((stroke) => stroke.length > 0)
  if (drawn.length === 0) return image

  const distances = squaredDistancesToInk(fitToBox(drawn))
  const reach = distances.toSorted()[Math.round(INK_SHARE * distances.length) - 1] ?? 0
  distances.forEach((distance, pixel) => {
    if (distance > reach) return
    const row = Math.floor(pixel / BITMAP_SIDE / BLOCK)
    const column = Math.floor((pixel % BITMAP_SIDE) / BLOCK)
    const block = row * IMAGE_SIDE + column
    image[block] = (image[block] ?? 0) + 1 / (BLOCK * BLOCK)
  })
  return image
}

/** Moves and scales the strokes so that they fill the box in the middle of the bitmap. */
function fitToBox(strokes: readonly Stroke[]): Stroke[] {
  const points = strokes.flat()
  const [left, right] = range(points.map((point) => point.x))
  const [top, bottom] = range(points.map((point) => point.y))
  const fitX = BOX.width / Math.max(right - left, 1e-6)
  const fitY = BOX.height / Math.max(bottom - top, 1e-6)
  const scaleX = Math.min(fitX, MAX_STRETCH * fitY)
  const scaleY = Math.min(fitY, MAX_STRETCH * fitX)
  const middle = BITMAP_SIDE / 2
  const place = ({ x, y }: Point) => ({
    x: middle + (x - (left + right) / 2) * scaleX,
    y: middle + (y - (top + bottom) / 2) * scaleY,
  })
  return strokes.map((stroke) => stroke.map(place))
}

function range(values: readonly number[]): [low: number, high: number] {
  return values.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  )
}

/** For each pixel of the bitmap, row by row, the squared distance from its centre to the nearest stroke. */
function squaredDistancesToInk(strokes: readonly Stroke[]): Float32Array {
  const distances = new Float32Array(BITMAP_SIDE * BITMAP_SIDE).fill(Number.POSITIVE_INFINITY)
  for (const stroke of strokes) {
    stroke.forEach((end, index) => {
      const start = stroke[index - 1] ?? end
      if (index > 0 || stroke.length === 1) lowerDistances(distances, start, end)
    })
  }
  return distances
}

/** Takes the line from `start` to `end` into account. */
function lowerDistances(distances: Float32Array, start: Point, end: Point): void {
  const alongX = end.x - start.x
  const alongY = end.y - start.y
  const squaredLength = Math.max(alongX * alongX + alongY * alongY, Number.MIN_VALUE)
  for (let pixel = 0; pixel < distances.length; pixel++) {
    const x = (pixel % BITMAP_SIDE) + 0.5 - start.x
    const y = Math.floor(pixel / BITMAP_SIDE) + 0.5 - start.y
    const share = Math.min(1, Math.max(0, (x * alongX + y * alongY) / squaredLength))
    const distance = (x - share * alongX) ** 2 + (y - share * alongY) ** 2
    if (distance < (distances[pixel] ?? 0)) distances[pixel] = distance
  }
}
