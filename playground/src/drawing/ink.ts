/** Side of the pad in its own units, whatever its size on the screen. */
export const PAD_SIDE = 280

/** A place on the pad: x to the right, y down, both 0..PAD_SIDE. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** Where the pen went between touching the pad and leaving it. One point is a dot. */
export type Stroke = readonly Point[]
