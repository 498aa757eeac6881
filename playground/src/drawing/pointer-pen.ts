import { PAD_SIDE, type Point } from './ink.ts'
import type { Sheet } from './sheet.ts'

/** Draws with mouse, finger or stylus: one pointer at a time. */
export function attachPointerPen(pad: HTMLCanvasElement, sheet: Sheet): void {
  let drawing: number | undefined

  pad.addEventListener('pointerdown', (event) => {
    if (drawing !== undefined || !event.isPrimary || event.button !== 0) return
    drawing = event.pointerId
    pad.setPointerCapture(drawing)
    sheet.begin(placeOnPad(pad, event))
  })

  pad.addEventListener('pointermove', (event) => {
    if (event.pointerId !== drawing) return
    const steps = event.getCoalescedEvents()
    for (const step of steps.length > 0 ? steps : [event]) sheet.extend(placeOnPad(pad, step))
  })

  const lift = (event: PointerEvent) => {
    if (event.pointerId !== drawing) return
    drawing = undefined
    sheet.end()
  }
  pad.addEventListener('pointerup', lift)
  pad.addEventListener('pointercancel', lift)
}

function placeOnPad(pad: HTMLCanvasElement, event: PointerEvent): Point {
  const { left, top, width, height } = pad.getBoundingClientRect()
  return {
    x: ((event.clientX - left) / width) * PAD_SIDE,
    y: ((event.clientY - top) / height) * PAD_SIDE,
  }
}
