/**
 * Digits as people draw them, for tests: at least two hands a digit, in pad units (0..280).
 *
 * They were written once, from the shapes that are taught and used, and the model was never trained on them.
 */
import type { Point, Stroke } from './src/drawing/ink.ts'

export interface Drawing {
  readonly digit: number
  readonly hand: string
  readonly strokes: readonly Stroke[]
}

/** Straight from corner to corner: `path('100,60 140,220')`. */
function path(corners: string): Point[] {
  return corners.split(' ').map((corner) => {
    const [x = Number.NaN, y = Number.NaN] = corner.split(',').map(Number)
    return { x, y }
  })
}

/** Part of an ellipse. Degrees, 0 to the right, growing clockwise as y points down. */
function arc(x: number, y: number, radiusX: number, radiusY: number, from: number, to: number): Point[] {
  const steps = Math.max(2, Math.ceil(Math.abs(to - from) / 12))
  return Array.from({ length: steps + 1 }, (_, step) => {
    const angle = ((from + ((to - from) * step) / steps) * Math.PI) / 180
    return { x: x + radiusX * Math.cos(angle), y: y + radiusY * Math.sin(angle) }
  })
}

/** Leans the strokes to the right, as right-handed writers do. */
function lean(strokes: readonly Stroke[], slope: number): Stroke[] {
  return strokes.map((stroke) => stroke.map(({ x, y }) => ({ x: x + slope * (140 - y), y })))
}

export const DRAWINGS: readonly Drawing[] = [
  { digit: 0, hand: 'oval', strokes: [arc(140, 140, 60, 95, -90, 275)] },
  { digit: 0, hand: 'round, begun at the right', strokes: [arc(130, 150, 80, 85, -50, 310)] },
  { digit: 0, hand: 'narrow, leaning', strokes: lean([arc(140, 140, 42, 100, -110, 240)], 0.2) },

  { digit: 1, hand: 'bar', strokes: [path('142,40 140,140 138,245')] },
  { digit: 1, hand: 'flag', strokes: [path('95,95 145,45 145,240')] },
  { digit: 1, hand: 'flag and foot', strokes: [path('105,90 145,45 143,235'), path('95,236 190,236')] },
  { digit: 1, hand: 'leaning bar', strokes: [path('165,45 120,240')] },

  { digit: 2, hand: 'swan', strokes: [[...arc(140, 100, 60, 60, 195, 385), ...path('80,235 210,235')]] },
  {
    digit: 2,
    hand: 'loop at the foot',
    strokes: [
      [
        ...arc(140, 95, 55, 50, 200, 400),
        ...arc(110, 215, 28, 20, 0, -270),
        ...arc(160, 190, 50, 45, 110, 40),
      ],
    ],
  },
  { digit: 2, hand: 'angular', strokes: [path('75,80 110,45 165,45 195,80 185,125 85,230 205,228')] },

  {
    digit: 3,
    hand: 'two bows',
    strokes: [[...arc(130, 92, 58, 48, 200, 440), ...arc(130, 188, 66, 52, -80, 150)]],
  },
  {
    digit: 3,
    hand: 'flat top',
    strokes: [[...path('80,50 190,50 130,118'), ...arc(130, 180, 65, 62, -80, 145)]],
  },
  {
    digit: 3,
    hand: 'small top',
    strokes: lean([[...arc(135, 85, 45, 38, 210, 430), ...arc(135, 180, 68, 60, -90, 155)]], 0.12),
  },

  { digit: 4, hand: 'open', strokes: [path('95,50 80,155 205,150'), path('165,60 160,245')] },
  { digit: 4, hand: 'closed, in one', strokes: [path('165,240 165,40 65,170 215,170')] },
  {
    digit: 4,
    hand: 'open, leaning',
    strokes: lean([path('95,60 85,150 200,150'), path('165,110 165,240')], 0.15),
  },

  {
    digit: 5,
    hand: 'bar last',
    strokes: [[...path('90,55 85,125'), ...arc(125, 180, 68, 60, -125, 140)], path('90,55 190,50')],
  },
  {
    digit: 5,
    hand: 'in one',
    strokes: [[...path('190,48 100,50 92,128'), ...arc(130, 182, 65, 58, -125, 150)]],
  },
  {
    digit: 5,
    hand: 'leaning',
    strokes: lean([[...path('185,50 105,52 95,120'), ...arc(130, 178, 58, 62, -120, 130)]], 0.18),
  },

  {
    digit: 6,
    hand: 'curl',
    strokes: [[...arc(190, 150, 110, 110, -100, -180), ...arc(135, 185, 55, 52, 190, -160)]],
  },
  {
    digit: 6,
    hand: 'straight back',
    strokes: [[...path('165,40 110,120 88,175'), ...arc(138, 190, 52, 48, 190, -165)]],
  },
  {
    digit: 6,
    hand: 'tall',
    strokes: [[...arc(185, 140, 95, 105, -85, -180), ...arc(138, 200, 48, 42, 180, -190)]],
  },

  { digit: 7, hand: 'plain', strokes: [path('75,55 200,52 125,240')] },
  { digit: 7, hand: 'crossed', strokes: [path('75,60 205,55 130,235'), path('100,150 195,145')] },
  { digit: 7, hand: 'hooked', strokes: [[...path('75,80 78,55 195,55'), ...path('150,140 130,245')]] },

  { digit: 8, hand: 'two rings', strokes: [arc(140, 92, 45, 45, -90, 270), arc(140, 188, 55, 52, -90, 270)] },
  {
    digit: 8,
    hand: 'in one',
    strokes: [
      [
        ...arc(140, 90, 48, 45, -30, -270),
        ...arc(140, 187, 56, 52, -90, 270),
        ...arc(140, 90, 48, 45, 90, -30),
      ],
    ],
  },
  {
    digit: 8,
    hand: 'leaning',
    strokes: lean(
      [
        [
          ...arc(140, 92, 42, 48, -20, -270),
          ...arc(140, 192, 50, 52, -90, 270),
          ...arc(140, 92, 42, 48, 90, -10),
        ],
      ],
      0.2,
    ),
  },

  {
    digit: 9,
    hand: 'ring and bar',
    strokes: [[...arc(135, 95, 50, 50, 0, -360), ...path('184,100 178,240')]],
  },
  {
    digit: 9,
    hand: 'ring and hook',
    strokes: [[...arc(138, 95, 52, 50, -10, -360), ...arc(110, 130, 80, 105, -15, 110)]],
  },
  {
    digit: 9,
    hand: 'leaning',
    strokes: lean([[...arc(135, 95, 45, 48, -20, -360), ...path('180,95 165,240')]], 0.15),
  },
]
