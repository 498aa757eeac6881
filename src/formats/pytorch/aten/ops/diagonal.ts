import { add, composites, type Dim, minDim, mul, type Value } from '../../../../graph/index.ts'
import type { Layout, TensorHandle } from '../../evaluator/values/index.ts'
import type { OperatorContext } from '../context.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'
import { scatterAlong } from './slices.ts'
import { permuted, viewed } from './views.ts'

/** Places of a diagonal among the elements of a matrix [rows, columns] laid out in a row. */
function placesOf(c: OperatorContext, rows: Dim, columns: Dim, offset: number): Value {
  const [down, right] = offset < 0 ? [-offset, 0] : [0, offset]
  const length = minDim(add(rows, -down), add(columns, -right))
  const first = add(mul(columns, down), right)
  const steps = c.b.mul(composites.rangeOf(c.b, length), c.size(add(columns, 1)))
  return c.b.add(steps, c.size(first))
}

/** The diagonal of two dims as the last one. Writes to it are seen in the tensor. */
function diagonalOf(c: OperatorContext, self: TensorHandle, offset: number, first: number, second: number) {
  const [a, b] = [c.axis(first, self.rank), c.axis(second, self.rank)]
  const others = self.dims.map((_, axis) => axis).filter((axis) => axis !== a && axis !== b)
  const matrices = permuted(c, self, [...others, a, b])
  const [rows = 1, columns = 1] = matrices.dims.slice(-2)
  const flat = viewed(c, matrices, [...matrices.dims.slice(0, -2), mul(rows, columns)], undefined)
  const axis = flat.rank - 1
  const places = () => placesOf(c, rows, columns, offset)
  return c.view(flat, {
    regenerate: (value) => c.b.gather(value, places(), { axis }),
    scatter: (value, part) => scatterAlong(c, value, axis, places(), part),
    layout: diagonalLayout(matrices.layout, offset),
  })
}

/** Of the last two axes one that steps along both. */
function diagonalLayout({ strides, offset: start }: Layout, offset: number): Layout {
  const [down = 1, right = 1] = strides?.slice(-2) ?? []
  if (!strides || start === undefined) return { strides: undefined, offset: undefined }
  const skipped = offset < 0 ? mul(down, -offset) : mul(right, offset)
  return { strides: [...strides.slice(0, -2), add(down, right)], offset: add(start, skipped) }
}

const diagonal: Evaluate = (c, args) =>
  diagonalOf(c, args.tensor('self'), args.number('offset'), args.number('dim1'), args.number('dim2'))

/** The last dim as the diagonal of a new matrix of zeros. */
function embedded(c: OperatorContext, x: Value, offset: number): Value {
  const size = add(x.dims.at(-1) ?? 1, Math.abs(offset))
  const flat = c.b.expand(c.number(0, x.dtype), c.dims([...x.dims.slice(0, -1), mul(size, size)]))
  const written = scatterAlong(c, flat, flat.rank - 1, placesOf(c, size, size, offset), x)
  return c.reshape(written, [...x.dims.slice(0, -1), size, size])
}

const diagonalEmbedding: Evaluate = (c, args) => {
  const x = args.value('self')
  const [first, second] = [args.number('dim1'), args.number('dim2')].map((dim) => c.axis(dim, x.rank + 1))
  if (first !== x.rank - 1 || second !== x.rank) return c.refuse('dims other than the last two')
  return c.wrap(embedded(c, x, args.number('offset')))
}

/** Of a vector the matrix, of a matrix the vector. */
const diag: Evaluate = (c, args) => {
  const self = args.tensor('self')
  const offset = args.number('diagonal')
  if (self.rank === 1) return c.wrap(embedded(c, self.read(), offset))
  return c.wrap(diagonalOf(c, self, offset, 0, 1).read())
}

const trace: Evaluate = (c, args) => {
  const picked = diagonalOf(c, args.tensor('self'), 0, 0, 1)
  return c.interpreter.operator('sum', [c.wrap(picked.read())])
}

/** Diagonals of matrices. */
export const DIAGONAL: OperatorTable = { diagonal, diag_embed: diagonalEmbedding, diag, trace }
