import { PAD_SIDE, type Point, type Stroke } from './ink.ts'

const INK_WIDTH = 20
const PEN_RADIUS = 7

/** What the pad shows: strokes, or an 8 x 8 image of a sample; and the keyboard's pen where it is in use. */
export interface Picture {
  readonly strokes: readonly Stroke[]
  readonly sample: ArrayLike<number> | undefined
  readonly pen: Point | undefined
  readonly penIsDown: boolean
}

/** Paints the pad in the canvas's own text colour, at the resolution of the screen. */
export function paintPad(canvas: HTMLCanvasElement, picture: Picture): void {
  const context = canvas.getContext('2d')
  if (!context) return
  const side = Math.round(canvas.clientWidth * devicePixelRatio)
  if (canvas.width !== side || canvas.height !== side) canvas.width = canvas.height = side
  const style = getComputedStyle(canvas)
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.clearRect(0, 0, side, side)
  if (picture.sample) paintBlocks(context, picture.sample, style.color)
  context.scale(side / PAD_SIDE, side / PAD_SIDE)
  for (const stroke of picture.strokes) paintStroke(context, stroke, style.color)
  if (picture.pen) paintPen(context, picture.pen, picture.penIsDown, style.outlineColor)
}

/** Paints a square image over a canvas that has one pixel a value. */
export function paintThumbnail(canvas: HTMLCanvasElement, image: ArrayLike<number>): void {
  const context = canvas.getContext('2d')
  if (!context) return
  canvas.width = canvas.height = Math.sqrt(image.length)
  paintBlocks(context, image, getComputedStyle(canvas).color)
}

/** Paints a square image over the whole canvas, block edges on whole pixels so that no seams show. */
function paintBlocks(context: CanvasRenderingContext2D, image: ArrayLike<number>, color: string): void {
  const count = Math.sqrt(image.length)
  const edge = (index: number) => Math.round((index * context.canvas.width) / count)
  context.fillStyle = color
  for (let index = 0; index < image.length; index++) {
    const column = index % count
    const row = Math.floor(index / count)
    const [left, top] = [edge(column), edge(row)]
    context.globalAlpha = image[index] ?? 0
    context.fillRect(left, top, edge(column + 1) - left, edge(row + 1) - top)
  }
  context.globalAlpha = 1
}

/** A smooth line: curves from middle to middle, bent towards the points between. */
function paintStroke(context: CanvasRenderingContext2D, stroke: Stroke, color: string): void {
  const [first, ...rest] = stroke
  if (!first) return
  context.strokeStyle = color
  context.lineWidth = INK_WIDTH
  context.lineCap = context.lineJoin = 'round'
  context.beginPath()
  context.moveTo(first.x, first.y)
  let previous = first
  for (const point of rest) {
    context.quadraticCurveTo(previous.x, previous.y, (previous.x + point.x) / 2, (previous.y + point.y) / 2)
    previous = point
  }
  context.lineTo(previous.x, previous.y)
  context.stroke()
}

function paintPen(context: CanvasRenderingContext2D, pen: Point, isDown: boolean, color: string): void {
  context.beginPath()
  context.arc(pen.x, pen.y, PEN_RADIUS, 0, 2 * Math.PI)
  context.lineWidth = 3
  context.strokeStyle = context.fillStyle = color
  context.stroke()
  if (isDown) context.fill()
}
