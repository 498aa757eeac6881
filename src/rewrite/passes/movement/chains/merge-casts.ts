import type { DType, Node } from '../../../../graph/index.ts'
import { replaced } from '../../../match/edit.ts'
import { producerOf } from '../../../match/uses.ts'
import type { Pass } from '../../../pass.ts'

/**
 * A Cast of a Cast reads what the first one read, where the first keeps every value exactly: int32 → int64 → float32 is
 * int32 → float32. One that leads back to where it began is none.
 */
export const mergeCasts: Pass = {
  name: 'merge-casts',
  level: 'basic',
  operators: [['Cast']],
  run(model) {
    let merged = 0
    for (const node of model.graph.allNodes())
      if (node.op === 'Cast' && node.domain === '' && merge(node)) merged++
    return { node: merged }
  },
}

const FLOATS: readonly DType[] = ['float16', 'bfloat16', 'float32', 'float64']
const INTEGERS: readonly DType[] = ['int16', 'int32', 'uint32', 'int64', 'uint64']

/** dtypes that hold all values of each, NaN and −0 included. */
const WIDER: { readonly [dtype in DType]?: readonly DType[] } = {
  bool: ['uint8', 'int8', 'uint16', ...INTEGERS, ...FLOATS],
  uint8: ['uint16', ...INTEGERS, ...FLOATS],
  int8: ['int16', 'int32', 'int64', ...FLOATS],
  uint16: ['int32', 'uint32', 'int64', 'uint64', 'float32', 'float64'],
  int16: ['int32', 'int64', 'float32', 'float64'],
  uint32: ['int64', 'uint64', 'float64'],
  int32: ['int64', 'float64'],
  float16: ['float32', 'float64'],
  bfloat16: ['float32', 'float64'],
  float32: ['float64'],
}

function merge(node: Node): boolean {
  const first = producerOf(node.input(0), 'Cast')
  if (!first || !node.output.isUsed || first.input(0).type?.kind !== 'tensor') return false
  const [from, between, to] = [first.input(0).dtype, first.output.dtype, node.output.dtype]
  if (!WIDER[from]?.includes(between)) return false
  if (from === to) return replaced(node.output, first.input(0))
  // What becomes of floats beyond an integer's range is each kernel's own; a float rounds to narrower floats as its equal does.
  if (FLOATS.includes(from) && !FLOATS.includes(to)) return false
  node.setInput(0, first.input(0))
  return true
}
