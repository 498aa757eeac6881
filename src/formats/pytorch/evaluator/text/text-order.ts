/** By code points, negative where the left text is the lesser one. */
export function textOrder(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  let at = 0
  while (at < length && left.charCodeAt(at) === right.charCodeAt(at)) at++
  return at === length
    ? left.length - right.length
    : unitRank(left.charCodeAt(at)) - unitRank(right.charCodeAt(at))
}

/** Units of which two make a code point stand for more than any that is one. */
const unitRank = (unit: number): number =>
  unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800
