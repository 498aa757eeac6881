import type { Dim } from '../../../../graph/index.ts'
import { concrete } from '../../evaluator/decisions.ts'
import { ListValue, NONE, type PyValue, type TensorHandle } from '../../evaluator/values/index.ts'
import type { OperatorContext } from '../context.ts'
import type { CustomTable } from '../operator.ts'
import { selected, slicedAlong, TO_THE_END } from './slices.ts'
import { unsqueezed } from './views.ts'

interface Subscript {
  /** The view that ints, slices, None and `…` give. */
  readonly view: TensorHandle
  /** Tensors that index the view, axis by axis; undefined when there are none. */
  readonly advanced: PyValue | undefined
}

/** Reads `x[a, b:c, None, ..., mask]` from left to right. */
function resolve(c: OperatorContext, self: TensorHandle, subscript: PyValue): Subscript {
  const items = expandEllipsis(self, subscript.kind === 'tuple' ? subscript.items : [subscript])
  let view = self
  let axis = 0
  const advanced: PyValue[] = []
  for (const item of items) {
    const tensor = asIndexTensor(c, item)
    if (tensor) {
      while (advanced.length < axis) advanced.push(NONE)
      advanced.push(tensor)
      axis += tensor.dtype === 'bool' ? tensor.rank : 1
      while (advanced.length < axis) advanced.push(SKIPPED)
    } else if (item.kind === 'int') {
      view = selected(c, view, axis, item.value)
    } else if (item.kind === 'none') {
      view = unsqueezed(c, view, axis++)
    } else if (item.kind === 'slice') {
      const end = item.upper.kind === 'none' ? TO_THE_END : item.upper.value
      const step = item.step.kind === 'none' ? 1 : concrete(c.session, item.step.value)
      const start = item.lower.kind === 'none' ? 0 : item.lower.value
      view = slicedAlong(c, view, axis++, { start, end, step })
    } else {
      return c.refuse(`a subscript of type ${item.kind}`)
    }
  }
  const indices = advanced.filter((item) => item !== SKIPPED)
  return { view, advanced: indices.length > 0 ? new ListValue(indices) : undefined }
}

/** Stands for the further axes that a mask of several dims takes. */
const SKIPPED: PyValue = { kind: 'constant', name: 'taken by a mask' }

/** Lists and bools index as tensors do. */
function asIndexTensor(c: OperatorContext, item: PyValue): TensorHandle | undefined {
  if (item.kind === 'tensor') return item
  if (item.kind !== 'list' && item.kind !== 'bool') return undefined
  const made = c.interpreter.operator('tensor', [item])
  return made.kind === 'tensor' ? made : undefined
}

/** `…` becomes as many full slices as there are axes left. */
function expandEllipsis(self: TensorHandle, items: readonly PyValue[]): readonly PyValue[] {
  const at = items.findIndex(({ kind }) => kind === 'ellipsis')
  if (at < 0) return items
  const taken = items.reduce((sum, item) => {
    if (item.kind === 'none' || item.kind === 'ellipsis') return sum
    return sum + (item.kind === 'tensor' && item.dtype === 'bool' ? item.rank : 1)
  }, 0)
  const full: PyValue = { kind: 'slice', lower: NONE, upper: NONE, step: NONE }
  return items.toSpliced(at, 1, ...Array.from({ length: Math.max(0, self.rank - taken) }, () => full))
}

/** Whether both are the same elements of one storage: `x[:, 0] += 1` writes to a view, and then assigns it to itself. */
function isSamePart(view: TensorHandle, source: PyValue): boolean {
  if (source.kind !== 'tensor') return false
  const [a, b] = [view.layout, source.layout]
  const isOne = view.root === source.root && a.offset !== undefined && a.offset === b.offset
  const isSame = (left: readonly Dim[], right: readonly Dim[] = []): boolean =>
    left.length === right.length && left.every((dim, axis) => dim === right[axis])
  return isOne && isSame(view.dims, source.dims) && a.strides !== undefined && isSame(a.strides, b.strides)
}

/** Python's subscripts of tensors. */
export const SUBSCRIPT: CustomTable = {
  __getitem__: (c, { positional: [self, subscript] }) => {
    if (self?.kind !== 'tensor' || !subscript) return c.fail('a tensor and an index are needed')
    const { view, advanced } = resolve(c, self, subscript)
    return advanced ? c.interpreter.operator('index', [view, advanced]) : view
  },
  __setitem__: (c, { positional: [self, subscript, value] }) => {
    if (self?.kind !== 'tensor' || !subscript || !value)
      return c.fail('a tensor, an index and a value are needed')
    const { view, advanced } = resolve(c, self, subscript)
    const source = value.kind === 'tensor' ? value : c.interpreter.operator('tensor', [value])
    if (advanced) c.interpreter.operator('index_put_', [view, advanced, source])
    else if (!isSamePart(view, source)) c.interpreter.operator('copy_', [view, source])
    return NONE
  },
}
