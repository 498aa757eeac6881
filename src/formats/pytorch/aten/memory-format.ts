import type { Dim } from '../../../graph/index.ts'
import { isRowMajor, rowMajor, type TensorHandle } from '../evaluator/values/index.ts'
import type { Arguments } from './arguments.ts'
import type { OperatorContext } from './context.ts'

/** c10/core/MemoryFormat.h, as TorchScript numbers them. */
const CHANNELS_LAST: ReadonlySet<number | string> = new Set([2, 3, 'channels_last', 'channels_last_3d'])

/** Whether a call asks for the elements of [N, C, …] in the order [N, …, C]. */
export function isChannelsLast(args: Arguments): boolean {
  const given = args.get('memory_format')
  if (given.kind === 'constant') return CHANNELS_LAST.has(given.name)
  return given.kind === 'int' && typeof given.value === 'number' && CHANNELS_LAST.has(given.value)
}

/** The tensor itself where its elements lie in that order, else a copy in which they do. */
export function inFormat(c: OperatorContext, self: TensorHandle, channelsLast: boolean): TensorHandle {
  const order = self.dims.map((_, axis) => axis)
  if (channelsLast) order.push(...order.splice(1, 1))
  const sorted = (list: readonly Dim[]): Dim[] => order.map((axis) => list[axis] ?? 1)
  const dense = rowMajor(sorted(self.dims))
  const strides = order.map((_, axis) => dense[order.indexOf(axis)] ?? 1)
  const own = self.layout.strides
  const isOrdered =
    own && isRowMajor({ dims: sorted(self.dims), strides: sorted(own) }, c.session.model.facts)
  if (isOrdered === true) return self
  if (isOrdered === undefined) return c.viewOrCopy(self, self.read(), strides)
  return c.wrap(self.read()).laidOut({ strides, offset: 0 })
}
