import { composites, type Dim, tensorOf, type Value } from '../../../../graph/index.ts'
import type { Arguments } from '../arguments.ts'
import type { OperatorContext } from '../context.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'

/** Centres of `count` pixels over −1 … 1, or with aligned corners the points from −1 to 1. */
function axisOf(c: OperatorContext, count: Dim, aligned: boolean, x: Value): Value {
  const places = c.cast(composites.rangeOf(c.b, count), x.dtype)
  const size = c.cast(c.size(count), x.dtype)
  const [one, two] = [c.number(1, x.dtype), c.number(2, x.dtype)]
  if (!aligned) return c.b.sub(c.b.div(c.b.add(c.b.mul(places, two), one), size), one)
  const last = c.b.sub(size, one)
  const points = c.b.sub(c.b.div(c.b.mul(places, two), c.b.max([last, one])), one)
  return count === 1 ? c.b.mul(points, c.number(0, x.dtype)) : points
}

/** Where each pixel of the result looks: [N, H, W, 2] from N matrices 2 × 3 over (x, y, 1). */
const affineGrid: Evaluate = (c, args) => {
  const theta = args.value('theta')
  const sizes = args.ints('size')
  if (sizes.length !== 4) return c.refuse('volumes')
  const [batch = 1, , height = 1, width = 1] = sizes
  const aligned = args.bool('align_corners')
  const shape = c.dims([height, width, 1])
  const columns = c.b.unsqueeze(axisOf(c, width, aligned, theta), c.b.int64s([1]))
  const rows = c.b.unsqueeze(axisOf(c, height, aligned, theta), c.b.int64s([1, 2]))
  const ones = c.b.expand(c.number(1, theta.dtype), shape)
  const base = c.b.concat([c.b.expand(columns, shape), c.b.expand(rows, shape), ones], { axis: 2 })
  const points = c.b.reshape(base, c.b.int64s([1, -1, 3]))
  const moved = c.b.matMul(points, c.b.transpose(theta, { perm: [0, 2, 1] }))
  return c.wrap(c.reshape(moved, [batch, height, width, 2]))
}

/** α − (1 − α)·cos(2πn/N); a periodic window counts one step more than it shows. */
const cosineWindow =
  (alphaOf: (args: Arguments) => number): Evaluate =>
  (c, args) => {
    const length = args.number('window_length')
    c.session.budget.elements(length)
    const isPeriodic = !args.has('periodic') || args.bool('periodic')
    const steps = Math.max(isPeriodic ? length : length - 1, 1)
    const alpha = alphaOf(args)
    const values = Array.from({ length }, (_, n) => alpha - (1 - alpha) * Math.cos((2 * Math.PI * n) / steps))
    return c.wrap(
      c.cast(c.b.constant(tensorOf('float32', [length], values)), args.dtype('dtype') ?? 'float32'),
    )
  }

/** Row and column of every element of a triangle: [2, count]. */
const triangleIndices =
  (isIn: (row: number, column: number, offset: number) => boolean): Evaluate =>
  (c, args) => {
    const [rows, columns, offset] = [args.number('row'), args.number('col'), args.number('offset')]
    c.session.budget.elements(rows * columns)
    const places = Array.from({ length: rows * columns }, (_, at) => [Math.floor(at / columns), at % columns])
    const kept = places.filter(([row = 0, column = 0]) => isIn(row, column, offset))
    const both = [...kept.map(([row = 0]) => row), ...kept.map(([, column = 0]) => column)]
    return c.wrap(c.b.constant(tensorOf(args.dtype('dtype') ?? 'int64', [2, kept.length], both)))
  }

/** base to the power of evenly spaced exponents. */
const logSpace: Evaluate = (c, args) => {
  const [start, end, steps, base] = ['start', 'end', 'steps', 'base'].map((name) => args.number(name))
  if (start === undefined || end === undefined || steps === undefined || base === undefined)
    return c.fail('an argument is missing')
  c.session.budget.elements(steps)
  const step = steps > 1 ? (end - start) / (steps - 1) : 0
  const values = Array.from({ length: steps }, (_, at) => base ** (start + step * at))
  return c.wrap(c.cast(c.b.constant(tensorOf('float32', [steps], values)), args.dtype('dtype') ?? 'float32'))
}

/** Regular grids, windows and index tables. */
export const GRIDS: OperatorTable = {
  affine_grid_generator: affineGrid,
  hann_window: cosineWindow(() => 0.5),
  hamming_window: cosineWindow((args) => (args.has('alpha') ? args.number('alpha') : 0.54)),
  tril_indices: triangleIndices((row, column, offset) => column - row <= offset),
  triu_indices: triangleIndices((row, column, offset) => column - row >= offset),
  logspace: logSpace,
}
