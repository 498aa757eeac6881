import { composites, type Dim, decide, dimName, isSymbolic, mul, product } from '../../../../graph/index.ts'
import { holds } from '../../evaluator/decisions.ts'
import { type TensorHandle, type ViewStrides, viewStrides } from '../../evaluator/values/index.ts'
import type { Arguments } from '../arguments.ts'
import type { OperatorContext } from '../context.ts'
import { inFormat, isChannelsLast } from '../memory-format.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'
import { alias } from './slices.ts'

const sameDims = (a: readonly Dim[], b: readonly Dim[]): boolean =>
  a.length === b.length && a.every((dim, axis) => dim === b[axis])

/** The same elements, in order, under other dims, as a view that lies in memory with these strides. */
export function viewed(
  c: OperatorContext,
  base: TensorHandle,
  dims: readonly Dim[],
  strides: readonly Dim[] | undefined,
): TensorHandle {
  const before = base.dims
  return c.view(base, {
    regenerate: (value) => c.reshape(value, dims),
    scatter: (_, part) => c.reshape(part, before),
    layout: { strides, offset: base.layout.offset },
  })
}

function stridesOf(c: OperatorContext, base: TensorHandle, dims: readonly Dim[]): ViewStrides {
  const { strides } = base.layout
  return strides ? viewStrides({ dims: base.dims, strides }, dims, c.session.model.facts) : 'depends'
}

/** `view`, which is always one: dims that no strides give are an error. */
export function reshaped(c: OperatorContext, base: TensorHandle, dims: readonly Dim[]): TensorHandle {
  if (sameDims(base.dims, dims)) return alias(c, base)
  const strides = stridesOf(c, base, dims)
  if (strides === 'copy') {
    return c.fail(
      "view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces). Use .reshape(...) instead.",
    )
  }
  return viewed(c, base, dims, strides === 'depends' ? undefined : strides)
}

/** A view where strides can give these dims, else a copy. */
export function viewOrCopied(c: OperatorContext, base: TensorHandle, dims: readonly Dim[]): TensorHandle {
  if (sameDims(base.dims, dims)) return alias(c, base)
  const strides = stridesOf(c, base, dims)
  if (strides === 'copy') return c.wrap(c.reshape(base.read(), dims))
  if (strides === 'depends') return c.viewOrCopy(base, c.reshape(base.read(), dims), undefined)
  return viewed(c, base, dims, strides)
}

/** Dims with one -1 filled in. */
const completed = (c: OperatorContext, from: readonly Dim[], wanted: readonly Dim[]): readonly Dim[] =>
  composites.completedShape(from, wanted) ??
  c.fail(`shape [${wanted.map(dimName)}] is invalid for a tensor of ${dimName(product(from))} elements`)

const view: Evaluate = (c, args) => {
  if (args.has('dtype')) return c.refuse('a view of another dtype')
  const self = args.tensor('self')
  return reshaped(c, self, completed(c, self.dims, args.ints(args.has('size') ? 'size' : 'shape')))
}

const reshape: Evaluate = (c, args) => {
  const self = args.tensor('self')
  return viewOrCopied(c, self, completed(c, self.dims, args.ints(args.has('size') ? 'size' : 'shape')))
}

const flatten: Evaluate = (c, args) => {
  const self = args.tensor('self')
  const { dims } = self
  const start = c.axis(args.number('start_dim'), dims.length)
  const end = c.axis(args.number('end_dim'), dims.length)
  if (start === end && dims.length > 0) return self
  const flat = [...dims.slice(0, start), product(dims.slice(start, end + 1)), ...dims.slice(end + 1)]
  return viewOrCopied(c, self, flat)
}

const unflatten: Evaluate = (c, args) => {
  const self = args.tensor('self')
  const axis = c.axis(args.number('dim'), self.rank)
  const size = self.dims[axis] ?? 1
  const dims = completed(c, [size], args.ints('sizes'))
  return reshaped(c, self, self.dims.toSpliced(axis, 1, ...dims))
}

/** Without dims, those of size 1 go; a dynamic dim is taken not to be 1. */
const squeeze: Evaluate = (c, args) => {
  const self = args.tensor('self')
  const named = args.has('dim') ? args.numbers('dim').map((axis) => c.axis(axis, self.rank)) : undefined
  const goes = (dim: Dim, axis: number) => (!named || named.includes(axis)) && holds(c.session, dim, '==', 1)
  const kept = self.dims.map((dim, axis) => !goes(dim, axis))
  const stays = (_: Dim, axis: number): boolean => kept[axis] === true
  if (!named) noteKept(c, self.dims)
  if (!kept.includes(false)) return alias(c, self)
  return viewed(c, self, self.dims.filter(stays), self.layout.strides?.filter(stays))
}

/** At 1 a dynamic dim would go too, and the result has another rank: that is refused when the model runs. */
function noteKept(c: OperatorContext, dims: readonly Dim[]): void {
  const open = dims.filter((dim) => isSymbolic(dim) && decide(dim, '!=', 1, c.b.model.facts) !== true)
  if (open.length === 0) return
  const names = open.map(dimName).join(' and ')
  c.session.warn(
    `squeeze() without a dim keeps ${names} (${c.session.place}), as it is at any size but 1, at which the result would have ` +
      `fewer dims: the import refuses a run at 1. Name the dim in the model, as in squeeze(-1), or write 1 for ${names} in input=`,
  )
}

export function unsqueezed(c: OperatorContext, self: TensorHandle, axis: number): TensorHandle {
  const { strides } = self.layout
  const distance = mul(self.dims[axis] ?? 1, strides?.[axis] ?? 1)
  return viewed(c, self, self.dims.toSpliced(axis, 0, 1), strides?.toSpliced(axis, 0, distance))
}

const unsqueeze: Evaluate = (c, args) => {
  const self = args.tensor('self')
  return unsqueezed(c, self, c.axis(args.number('dim'), self.rank + 1))
}

export function permuted(c: OperatorContext, base: TensorHandle, perm: readonly number[]): TensorHandle {
  if (perm.every((axis, at) => axis === at)) return alias(c, base)
  const inverse = perm.map((_, axis) => perm.indexOf(axis))
  const { strides, offset } = base.layout
  return c.view(base, {
    regenerate: (value) => c.b.transpose(value, { perm }),
    scatter: (_, part) => c.b.transpose(part, { perm: inverse }),
    layout: { strides: strides && perm.map((axis) => strides[axis] ?? 1), offset },
  })
}

const permute: Evaluate = (c, args) => {
  const self = args.tensor('self')
  return permuted(
    c,
    self,
    args.numbers('dims').map((axis) => c.axis(axis, self.rank)),
  )
}

function swapped(c: OperatorContext, self: TensorHandle, first: number, second: number): TensorHandle {
  const [a, b] = [c.axis(first, self.rank), c.axis(second, self.rank)]
  if (self.rank === 0) return alias(c, self)
  return permuted(
    c,
    self,
    self.dims.map((_, axis) => (axis === a ? b : axis === b ? a : axis)),
  )
}

const transpose =
  (first: string, second: string): Evaluate =>
  (c, args) =>
    swapped(c, args.tensor('self'), args.number(first), args.number(second))

const movedim: Evaluate = (c, args) => {
  const self = args.tensor('self')
  const sources = args.numbers('source').map((axis) => c.axis(axis, self.rank))
  const targets = args.numbers('destination').map((axis) => c.axis(axis, self.rank))
  const rest = self.dims.map((_, axis) => axis).filter((axis) => !sources.includes(axis))
  const perm = self.dims.map((_, axis) => {
    const at = targets.indexOf(axis)
    return (at < 0 ? rest.shift() : sources[at]) ?? axis
  })
  return permuted(c, self, perm)
}

/** A dim of -1 stays as it is. */
export function expanded(c: OperatorContext, self: TensorHandle, wanted: readonly Dim[]): TensorHandle {
  const { dims } = self
  const offset = wanted.length - dims.length
  if (offset < 0) return c.fail(`${wanted.length} sizes for a tensor of ${dims.length} dims`)
  const sizes = wanted.map((dim, axis) => (dim === -1 ? (dims[axis - offset] ?? 1) : dim))
  for (const [axis, size] of sizes.entries()) requireGrowth(c, dims[axis - offset] ?? 1, size)
  if (offset === 0 && sizes.every((size, axis) => size === dims[axis])) return alias(c, self)
  const grown = wanted.map((dim, axis): Dim => (dim === -1 || dim === dims[axis - offset] ? 1 : dim))
  const fail = () => c.refuse('a write to an expanded tensor, whose elements share their memory')
  return c.view(self, {
    regenerate: (value) => c.b.expand(value, c.dims(grown)),
    scatter: fail,
    checkWrite: fail,
    layout: { strides: expandedStrides(self, sizes), offset: self.layout.offset },
  })
}

/** Unlike ONNX's, which stretches either to the other, this one only makes 1 larger. */
function requireGrowth(c: OperatorContext, from: Dim, to: Dim): void {
  if (from === 1 || from === to) return
  if (typeof from === 'number' && typeof to === 'number') c.fail(`${from} elements do not expand to ${to}`)
  const { model, origin } = c.b
  if (to === 1) model.require({ dim: from, relation: '==', sizes: [1], where: origin })
  else if (typeof from === 'number') model.require({ dim: to, relation: '==', sizes: [from], where: origin })
}

/** Elements that are repeated lie at one place. */
function expandedStrides({ dims, layout }: TensorHandle, sizes: readonly Dim[]): readonly Dim[] | undefined {
  const hidden = sizes.length - dims.length
  return (
    layout.strides &&
    sizes.map((size, axis) => (size === dims[axis - hidden] ? (layout.strides?.[axis - hidden] ?? 0) : 0))
  )
}

const expand: Evaluate = (c, args) => expanded(c, args.tensor('self'), args.ints('size'))

const likeOther =
  (apply: (c: OperatorContext, self: TensorHandle, dims: readonly Dim[]) => TensorHandle): Evaluate =>
  (c, args: Arguments) =>
    apply(c, args.tensor('self'), args.tensor('other').dims)

const same: Evaluate = (c, args) => alias(c, args.tensor('self'))

/** A copy only where the elements are out of order. */
const contiguous: Evaluate = (c, args) => inFormat(c, args.tensor('self'), isChannelsLast(args))

/** Unlike `reshape`, a copy of elements that lie apart from each other at even distances. */
const ravel: Evaluate = (c, args) => {
  const ordered = inFormat(c, args.tensor('self'), false)
  return reshaped(c, ordered, [product(ordered.dims)])
}

const numpyT: Evaluate = (c, args) => {
  const self = args.tensor('self')
  return permuted(
    c,
    self,
    self.dims.map((_, axis) => self.rank - 1 - axis),
  )
}

/** Views: tensors that share their base's elements. */
export const VIEWS: OperatorTable = {
  view,
  _unsafe_view: view,
  reshape,
  view_as: likeOther(reshaped),
  reshape_as: likeOther(viewOrCopied),
  flatten,
  ravel,
  unflatten,
  squeeze,
  unsqueeze,
  permute,
  transpose: transpose('dim0', 'dim1'),
  swapdims: transpose('dim0', 'dim1'),
  swapaxes: transpose('axis0', 'axis1'),
  t: (c, args) => (args.tensor('self').rank < 2 ? same(c, args) : swapped(c, args.tensor('self'), 0, 1)),
  numpy_T: numpyT,
  mT: (c, args) => swapped(c, args.tensor('self'), -2, -1),
  mH: (c, args) => swapped(c, args.tensor('self'), -2, -1),
  adjoint: (c, args) => swapped(c, args.tensor('self'), -2, -1),
  movedim,
  moveaxis: movedim,
  expand,
  expand_as: likeOther(expanded),
  broadcast_to: expand,
  contiguous,
  detach: same,
  alias: same,
  lift: same,
  lift_fresh: same,
  resolve_conj: same,
  resolve_neg: same,
}
