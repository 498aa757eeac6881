import { wordsOf } from '../bytes/words.ts'
import { DTYPES } from '../dtype.ts'
import { MemoryTensor, type Tensor } from '../tensor.ts'
import { FILL } from './index-maps.ts'

/** Bytes of an element; undefined for strings and packed 4-bit integers, which do not move one by one. */
export const widthOf = ({ dtype }: Tensor): number | undefined => {
  const { bits } = DTYPES[dtype]
  return bits >= 8 ? bits / 8 : undefined
}

/** Elements of a tensor by a map; `fill` where the map says so. */
export function movedTensor(
  tensor: Tensor,
  dims: readonly number[],
  map: Int32Array,
  fill?: Tensor,
): Tensor | undefined {
  const width = widthOf(tensor)
  if (width === undefined) return undefined
  const out = new Uint8Array(map.length * width)
  copyElements(out, tensor.bytes(), map, width)
  if (fill) fillElements(out, map, fill.bytes())
  return new MemoryTensor(tensor.dtype, dims, out)
}

/** Elements are copied as whole words where both sides are aligned for it. */
function copyElements(out: Uint8Array, from: Uint8Array, map: Int32Array, width: number): void {
  const word = Math.min(width, 4)
  const lanes = width / word
  const [target, source] = [wordsOf(out, word), wordsOf(from, word)]
  for (let at = 0; at < map.length; at++) {
    const position = map[at] ?? FILL
    if (position === FILL) continue
    for (let lane = 0; lane < lanes; lane++) target[at * lanes + lane] = source[position * lanes + lane] ?? 0
  }
}

function fillElements(out: Uint8Array, map: Int32Array, element: Uint8Array): void {
  map.forEach((position, at) => {
    if (position === FILL) out.set(element, at * element.byteLength)
  })
}
