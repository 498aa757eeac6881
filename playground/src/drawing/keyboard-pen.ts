import { PAD_SIDE, type Point } from './ink.ts'
import type { Sheet } from './sheet.ts'

const STEP = 10

const DIRECTIONS: ReadonlyMap<string, Point> = new Map([
  ['ArrowLeft', { x: -1, y: 0 }],
  ['ArrowRight', { x: 1, y: 0 }],
  ['ArrowUp', { x: 0, y: -1 }],
  ['ArrowDown', { x: 0, y: 1 }],
])

/** What the keys do besides moving the pen. */
export interface KeyboardActions {
  /** The pen has moved, gone down, been lifted or put away. */
  readonly onPen: (pen: Point | undefined) => void
  readonly onExample: (digit: number) => void
}

/** Draws with the arrow keys while the pad has the focus. Space puts the pen down and lifts it. */
export function attachKeyboardPen(pad: HTMLCanvasElement, sheet: Sheet, actions: KeyboardActions): void {
  const held = new Set<string>()
  let pen: Point = { x: PAD_SIDE / 2, y: PAD_SIDE / 4 }

  // Screen readers keep single keys to themselves except in an application.
  pad.role = 'application'
  pad.ariaRoleDescription = 'drawing pad'

  const move = () => {
    for (const key of held) {
      const direction = DIRECTIONS.get(key) ?? { x: 0, y: 0 }
      pen = { x: onPad(pen.x + STEP * direction.x), y: onPad(pen.y + STEP * direction.y) }
    }
    sheet.extend(pen)
    actions.onPen(pen)
  }

  const press = (key: string): boolean => {
    if (DIRECTIONS.has(key)) {
      held.add(key)
      move()
    } else if (key === ' ') {
      if (sheet.penIsDown) sheet.end()
      else sheet.begin(pen)
      actions.onPen(pen)
    } else if (key === 'z') sheet.undo()
    else if (key === 'c') sheet.clear()
    else if (/^[0-9]$/.test(key)) actions.onExample(Number(key))
    else return false
    return true
  }

  pad.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.repeat && !DIRECTIONS.has(event.key)) return
    if (press(event.key.length === 1 ? event.key.toLowerCase() : event.key)) event.preventDefault()
  })
  pad.addEventListener('keyup', (event) => held.delete(event.key))
  pad.addEventListener('blur', () => {
    held.clear()
    sheet.end()
    actions.onPen(undefined)
  })
}

function onPad(value: number): number {
  return Math.min(PAD_SIDE, Math.max(0, value))
}
