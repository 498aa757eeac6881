import { composites, type Dim, type Value } from '../../../../graph/index.ts'
import { ListValue } from '../../evaluator/values/index.ts'
import type { Arguments } from '../arguments.ts'
import type { OperatorContext } from '../context.ts'
import { operand } from '../operands.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'

/** Index tensors axis by axis; undefined stands for all of an axis. */
function indicesOf(args: Arguments): (Value | undefined)[] {
  const given = args.get('indices')
  const items = given.kind === 'list' || given.kind === 'tuple' ? given.items : []
  return items.map((item) => (item.kind === 'tensor' ? item.read() : undefined))
}

const index: Evaluate = (c, args) => c.wrap(composites.index(c.b, args.value('self'), indicesOf(args)))

const indexPut: Evaluate = (c, args) => {
  const x = args.value('self')
  const values = operand(c, args, 'values', x.dtype)
  return c.wrap(composites.indexPut(c.b, x, indicesOf(args), values, args.bool('accumulate')))
}

const axisOf = (c: OperatorContext, args: Arguments): number =>
  c.axis(args.number('dim'), args.tensor('self').rank)

const gather: Evaluate = (c, args) =>
  c.wrap(composites.gatherAlong(c.b, args.value('self'), axisOf(c, args), args.value('index')))

const takeAlongDim: Evaluate = (c, args) => {
  if (!args.has('dim')) return c.refuse('a flattened tensor')
  return c.wrap(composites.gatherAlong(c.b, args.value('self'), axisOf(c, args), args.value('indices')))
}

type Reduction = NonNullable<Parameters<typeof composites.scatterAlong>[3]['reduction']>

const REDUCTIONS: ReadonlyMap<string, Reduction> = new Map([
  ['add', 'add'],
  ['sum', 'add'],
  ['multiply', 'mul'],
  ['prod', 'mul'],
  ['amax', 'max'],
  ['amin', 'min'],
])

function scattered(c: OperatorContext, args: Arguments, reduction: Reduction | undefined): Value {
  const x = args.value('self')
  const indices = args.value('index')
  const source = operand(c, args, args.has('src') ? 'src' : 'value', x.dtype)
  return composites.scatterAlong(c.b, x, axisOf(c, args), { indices, source, reduction })
}

const scatter: Evaluate = (c, args) => {
  const name = args.has('reduce') ? args.string('reduce') : undefined
  const reduction = name === undefined ? undefined : REDUCTIONS.get(name)
  if (name !== undefined && !reduction) return c.refuse(`the reduction ${name}`)
  if (c.name.startsWith('scatter_reduce') && !args.bool('include_self')) return c.refuse('include_self=False')
  return c.wrap(scattered(c, args, reduction))
}

const indexSelect: Evaluate = (c, args) =>
  c.wrap(c.b.gather(args.value('self'), c.cast(args.value('index'), 'int64'), { axis: axisOf(c, args) }))

/** Takes Long and Int ids alone, as Gather does; floats would be cut to integers without a word. */
const embedding: Evaluate = (c, args) =>
  c.wrap(c.b.gather(args.value('weight'), args.value('indices'), { axis: 0 }))

const maskedSelect: Evaluate = (c, args) => {
  const pair = composites.broadcastTogether(c.b, [args.value('self'), c.cast(args.value('mask'), 'bool')])
  const [x, mask] = pair
  return x && mask ? c.wrap(composites.index(c.b, x, [mask])) : c.fail('a tensor and a mask are needed')
}

/** Elements at indices that count only where the mask holds; elsewhere, where they may be out of range, the number. */
const maskedIndex: Evaluate = (c, args) => {
  const { interpreter } = c
  const [mask, indices] = [args.tensor('mask'), args.get('indices')]
  const all = indices.kind === 'list' || indices.kind === 'tuple' ? indices.items : []
  const safe = all.map((item) =>
    item.kind === 'tensor' ? c.wrap(c.b.where(mask.read(), item.read(), c.number(0, item.dtype))) : item,
  )
  const found = interpreter.operator('index', [args.tensor('self'), new ListValue(safe)])
  const inverse = interpreter.operator('logical_not', [mask])
  return interpreter.operator('masked_fill', [found, inverse, args.get('fill')])
}

/** Writes at `index` [n] along one axis: the positions are spread over the other axes. */
function alongAxis(
  c: OperatorContext,
  args: Arguments,
  update: (x: Value, dims: readonly Dim[]) => Value,
  reduction?: Reduction,
): Value {
  const x = args.value('self')
  const axis = axisOf(c, args)
  const positions = c.cast(args.value('index'), 'int64')
  const count = positions.dims[0] ?? 1
  const dims = x.dims.map((dim, at) => (at === axis ? count : dim))
  const column = c.reshape(
    positions,
    dims.map((_, at) => (at === axis ? count : 1)),
  )
  const indices = c.b.expand(column, c.dims(dims))
  return composites.scatterAlong(c.b, x, axis, { indices, source: update(x, dims), reduction })
}

const indexAdd: Evaluate = (c, args) => {
  const alpha = args.has('alpha') ? args.number('alpha') : 1
  const source = (x: Value): Value => {
    const added = operand(c, args, 'source', x.dtype)
    return alpha === 1 ? added : c.b.mul(added, c.number(alpha, x.dtype))
  }
  return c.wrap(alongAxis(c, args, source, 'add'))
}

const indexFill: Evaluate = (c, args) =>
  c.wrap(alongAxis(c, args, (x, dims) => c.b.expand(operand(c, args, 'value', x.dtype), c.dims(dims))))

const indexCopy: Evaluate = (c, args) =>
  c.wrap(alongAxis(c, args, (x) => operand(c, args, 'source', x.dtype)))

/** Reading and writing elements at indices that are tensors. */
export const INDEXING: OperatorTable = {
  index,
  _unsafe_index: index,
  _unsafe_masked_index: maskedIndex,
  index_put: indexPut,
  _unsafe_index_put: indexPut,
  gather,
  take_along_dim: takeAlongDim,
  scatter,
  scatter_reduce: scatter,
  scatter_add: (c, args) => c.wrap(scattered(c, args, 'add')),
  index_select: indexSelect,
  embedding,
  masked_select: maskedSelect,
  index_add: indexAdd,
  index_fill: indexFill,
  index_copy: indexCopy,
}
