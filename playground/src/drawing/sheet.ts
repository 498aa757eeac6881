import { PAD_SIDE, type Point, type Stroke } from './ink.ts'

/** Points closer than this add nothing that can be seen. */
const NEAREST = 2

/** The strokes drawn so far. */
export class Sheet {
  #strokes: Point[][] = []
  #penIsDown = false
  readonly #onChange: () => void

  /** @param onChange called after every change */
  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  get strokes(): readonly Stroke[] {
    return this.#strokes
  }

  get penIsDown(): boolean {
    return this.#penIsDown
  }

  begin(point: Point): void {
    this.#penIsDown = true
    this.#strokes.push([inside(point)])
    this.#onChange()
  }

  /** Draws on from the last point; nothing happens while the pen is up. */
  extend(point: Point): void {
    const stroke = this.#strokes.at(-1)
    const last = stroke?.at(-1)
    if (!this.#penIsDown || !stroke || !last) return
    const next = inside(point)
    if (Math.hypot(next.x - last.x, next.y - last.y) < NEAREST) return
    stroke.push(next)
    this.#onChange()
  }

  end(): void {
    if (!this.#penIsDown) return
    this.#penIsDown = false
    this.#onChange()
  }

  undo(): void {
    this.#penIsDown = false
    this.#strokes.pop()
    this.#onChange()
  }

  clear(): void {
    this.#penIsDown = false
    this.#strokes = []
    this.#onChange()
  }
}

function inside({ x, y }: Point): Point {
  const clamp = (value: number) => Math.min(PAD_SIDE, Math.max(0, value))
  return { x: clamp(x), y: clamp(y) }
}
