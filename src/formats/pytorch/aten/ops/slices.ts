import {
  add,
  composites,
  type Dim,
  decide,
  dimName,
  floorDiv,
  isSymbolic,
  mul,
  sub,
  type Value,
} from '../../../../graph/index.ts'
import { concrete } from '../../evaluator/decisions.ts'
import { type Layout, type PyValue, type TensorHandle, tuple } from '../../evaluator/values/index.ts'
import type { OperatorContext } from '../context.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'

/** Another handle of the same tensor. */
export const alias = (c: OperatorContext, base: TensorHandle): TensorHandle =>
  c.view(base, { regenerate: (value) => value, scatter: (_, part) => part, layout: base.layout })

/** Writes `part` at positions of one axis: ScatterND on that axis moved to the front. */
export function scatterAlong(
  c: OperatorContext,
  base: Value,
  axis: number,
  positions: Value,
  part: Value,
): Value {
  const perm = base.dims.map((_, at) => (at === 0 ? axis : at <= axis ? at - 1 : at))
  const inverse = perm.map((_, at) => perm.indexOf(at))
  const front = axis === 0 ? base : c.b.transpose(base, { perm })
  const updates = axis === 0 ? part : c.b.transpose(part, { perm })
  const indices = c.b.unsqueeze(positions, c.b.int64s([-1]))
  const written = c.b.scatterND(front, indices, c.cast(updates, front.dtype))
  return axis === 0 ? written : c.b.transpose(written, { perm: inverse })
}

/** An end past every size. */
export const TO_THE_END = 2 ** 63

/** `base[…, start:end:step, …]` along one axis; ends as Python has them, already clamped or not. */
export function slicedAlong(
  c: OperatorContext,
  base: TensorHandle,
  axis: number,
  { start, end, step }: { readonly start: Dim; readonly end: Dim; readonly step: number },
): TensorHandle {
  const size = base.dims[axis] ?? 1
  const { facts } = c.session.model
  const isWhole = start === 0 && step === 1 && decide(end, '>=', size, facts) === true
  if (isWhole) return alias(c, base)
  const ends = decide(end, '>=', size, facts) === true ? TO_THE_END : end
  const options = () => ({ axes: c.b.int64s([axis]), steps: step === 1 ? undefined : c.b.int64s([step]) })
  return c.view(base, {
    regenerate: (value) => c.b.slice(value, c.dims([start]), c.dims([ends]), options()),
    scatter: (value, part) => {
      const all = c.b.range(c.b.scalar('int64', 0), c.size(size), c.b.scalar('int64', 1))
      const positions = c.b.slice(all, c.dims([start]), c.dims([ends]), {
        axes: c.b.int64s([0]),
        steps: step === 1 ? undefined : c.b.int64s([step]),
      })
      return scatterAlong(c, value, axis, positions, part)
    },
    layout: movedBy(c, base, axis, start, (strides) => strides.with(axis, mul(strides[axis] ?? 1, step))),
  })
}

/** The layout of a part that begins at a place of one axis. */
function movedBy(
  c: OperatorContext,
  { layout: { strides, offset }, dims }: TensorHandle,
  axis: number,
  place: Dim,
  kept: (strides: readonly Dim[]) => readonly Dim[],
): Layout {
  const front = fromFront(c, place, dims[axis] ?? 1)
  if (!strides) return { strides, offset: undefined }
  const isKnown = front !== undefined && offset !== undefined
  return { strides: kept(strides), offset: isKnown ? add(offset, mul(front, strides[axis] ?? 1)) : undefined }
}

/** A place of an axis counted from the front and within it; undefined where that depends on sizes. */
function fromFront(c: OperatorContext, place: Dim, size: Dim): Dim | undefined {
  const { facts } = c.session.model
  if (decide(place, '<', 0, facts) === true) {
    const counted = add(place, size)
    return decide(counted, '>=', 0, facts) === true ? counted : undefined
  }
  const isInside = decide(place, '>=', 0, facts) === true && decide(place, '<=', size, facts) === true
  return isInside ? place : undefined
}

export function selected(c: OperatorContext, base: TensorHandle, axis: number, index: Dim): TensorHandle {
  const size = base.dims[axis] ?? 1
  if (typeof index === 'number' && typeof size === 'number' && (index >= size || index < -size)) {
    return c.fail(`index ${index} is out of bounds for dimension ${axis} with size ${size}`)
  }
  return c.view(base, {
    regenerate: (value) => composites.select(c.b, value, axis, index),
    scatter: (value, part) =>
      scatterAlong(c, value, axis, c.dims([index]), c.b.unsqueeze(part, c.b.int64s([axis]))),
    layout: movedBy(c, base, axis, index, (strides) => strides.toSpliced(axis, 1)),
  })
}

const select: Evaluate = (c, args) => {
  const self = args.tensor('self')
  if (self.rank === 0) return c.fail('a tensor without dims has nothing to select')
  return selected(c, self, c.axis(args.number('dim'), self.rank), args.int('index'))
}

const slice: Evaluate = (c, args) => {
  const self = args.tensor('self')
  const axis = c.axis(args.number('dim'), self.rank)
  const [start, end] = [args.optionalInt('start') ?? 0, args.optionalInt('end') ?? TO_THE_END]
  return slicedAlong(c, self, axis, { start, end, step: args.number('step') })
}

const narrow: Evaluate = (c, args) => {
  const self = args.tensor('self')
  const axis = c.axis(args.number('dim'), self.rank)
  const given = args.int('start')
  const start =
    decide(given, '<', 0, c.session.model.facts) === true ? add(given, self.dims[axis] ?? 1) : given
  return slicedAlong(c, self, axis, { start, end: add(start, args.int('length')), step: 1 })
}

function pieces(c: OperatorContext, self: TensorHandle, axis: number, sizes: readonly Dim[]): PyValue {
  let start: Dim = 0
  const parts = sizes.map((size) => {
    const part = slicedAlong(c, self, axis, { start, end: add(start, size), step: 1 })
    start = add(start, size)
    return part
  })
  return tuple(parts)
}

/** `size` at a time, the last one smaller. How many there are is a plain number. */
function evenly(c: OperatorContext, self: TensorHandle, axis: number, size: Dim): PyValue {
  const whole = self.dims[axis] ?? 1
  const count = concrete(c.session, floorDiv(add(whole, sub(size, 1)), size))
  const sizes = Array.from({ length: Math.max(count, 1) }, (_, at): Dim => {
    if (at < count - 1) return size
    return sub(
      whole,
      [...Array(Math.max(count - 1, 0))].reduce<Dim>((sum) => add(sum, size), 0),
    )
  })
  return pieces(c, self, axis, sizes)
}

/** Parts take up the whole axis; slices alone would not see that they do not. */
function checkTotal(c: OperatorContext, whole: Dim, sizes: readonly Dim[]): void {
  const total = sizes.reduce(add, 0)
  const { model } = c.session
  const isWhole = decide(total, '==', whole, model.facts)
  if (isWhole === false) c.fail(`split_sizes sum to ${dimName(total)}, and the dim has ${dimName(whole)}`)
  if (isWhole === undefined) model.require({ dim: whole, relation: '==', sizes: [total], where: c.b.origin })
}

const split: Evaluate = (c, args) => {
  const self = args.tensor('self')
  const axis = c.axis(args.number('dim'), self.rank)
  const name = args.has('split_sizes') ? 'split_sizes' : 'split_size'
  const given = args.get(name)
  if (given.kind === 'list' || given.kind === 'tuple') {
    const sizes = args.ints(name)
    checkTotal(c, self.dims[axis] ?? 1, sizes)
    return pieces(c, self, axis, sizes)
  }
  return evenly(c, self, axis, args.int(name))
}

const chunk: Evaluate = (c, args) => {
  const self = args.tensor('self')
  const axis = c.axis(args.number('dim'), self.rank)
  const whole = self.dims[axis] ?? 1
  const chunks = args.number('chunks')
  const size = floorDiv(add(whole, chunks - 1), chunks)
  if (!isSymbolic(whole) && whole % chunks === 0)
    return pieces(
      c,
      self,
      axis,
      Array.from({ length: chunks }, () => size),
    )
  return evenly(c, self, axis, size)
}

const unbind: Evaluate = (c, args) => {
  const self = args.tensor('self')
  const axis = c.axis(args.number('dim'), self.rank)
  const count = concrete(c.session, self.dims[axis] ?? 1)
  return tuple(Array.from({ length: count }, (_, index) => selected(c, self, axis, index)))
}

/** Parts of a tensor along an axis, which share its elements. */
export const SLICES: OperatorTable = {
  select,
  slice,
  narrow,
  split,
  split_with_sizes: split,
  unsafe_split: split,
  chunk,
  unsafe_chunk: chunk,
  unbind,
}
