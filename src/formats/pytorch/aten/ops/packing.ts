import { composites, type Dim, sub, type Value } from '../../../../graph/index.ts'
import type { OperatorContext } from '../context.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'

const packPadded: Evaluate = (c, args) => {
  const input = args.value('input')
  const lengths = args.value('lengths')
  if (lengths.rank !== 1) return c.fail('`lengths` must be a 1D tensor')
  const steps = args.bool('batch_first') ? composites.swapAxes(c.b, input, 0, 1) : input
  c.session.assume(
    'Lengths given to pack_padded_sequence are in decreasing order and from 1 to the padded length, as PyTorch demands',
  )
  const { data, batchSizes } = composites.packSequence(c.b, steps, lengths)
  return c.wrapAll(data, batchSizes)
}

const padPacked: Evaluate = (c, args) => {
  const batchSizes = args.value('batch_sizes')
  const batch = composites.packedBatch(c.b, batchSizes)
  const packed = { data: args.value('data'), batchSizes: lengthened(c, batchSizes, args.int('total_length')) }
  const padding = c.scalar(args.scalar('padding_value'), packed.data.dtype)
  const { padded, lengths } = composites.unpackSequence(c.b, packed, batch, padding)
  return c.wrapAll(args.bool('batch_first') ? composites.swapAxes(c.b, padded, 0, 1) : padded, lengths)
}

/** Steps beyond the longest sequence, which none of them has. */
function lengthened(c: OperatorContext, batchSizes: Value, total: Dim): Value {
  const [longest = 0] = batchSizes.dims
  if (total === longest || (typeof total === 'number' && total <= 0)) return batchSizes
  c.session.assume(
    'No sequence is longer than the total_length given to pad_packed_sequence, as PyTorch demands',
  )
  return c.b.pad(batchSizes, c.dims([0, sub(total, longest)]), { constant_value: c.number(0, 'int64') })
}

/** Sequences of several lengths. */
export const PACKING: OperatorTable = {
  _pack_padded_sequence: packPadded,
  _pad_packed_sequence: padPacked,
}
