import { type Dim, knownIntegers, type Relation, type Value } from '../../../../graph/index.ts'
import { holds } from '../decisions.ts'
import { knownScalar } from '../numbers/known-scalar.ts'
import { plainNumber } from '../numbers/numbers.ts'
import { type InstanceValue, type PyValue, positional, type TensorHandle } from '../values/index.ts'
import { dataDependent } from './control-flow.ts'
import type { Interpreter } from './interpreter.ts'
import { rangeLength } from './ranges.ts'
import { isUndecided, unknownUse } from './unknown-imports.ts'

/** Python's `bool(value)`. */
export function truth(i: Interpreter, value: PyValue): boolean {
  switch (value.kind) {
    case 'none':
      return false
    case 'bool':
      return value.value
    case 'int':
      return holds(i.session, value.value, '!=', 0)
    case 'float':
      return plainNumber(i, value) !== 0
    case 'str':
    case 'bytes':
      return value.value !== ''
    case 'list':
    case 'tuple':
      return value.items.length > 0
    case 'set':
    case 'view':
    case 'dict':
      return value.size > 0
    case 'range':
      return rangeLength(i, value) > 0
    case 'tensor':
      return tensorTruth(i, value)
    case 'opaque':
      if (i.session.isProbing) return false
      throw i.session.unsupported.error()
    case 'instance':
      return instanceTruth(i, value)
    case 'namespace': {
      const { isInert } = value
      if (isUndecided(value)) throw unknownUse(value.name)
      // `torch.distributed.is_initialized()`, `torch.compiler.is_compiling()`: nothing of the kind goes on here.
      return isInert !== true
    }
    default:
      return true
  }
}

function tensorTruth(i: Interpreter, value: TensorHandle): boolean {
  if (value.undecided) throw value.undecided
  const known = knownScalar(value)
  if (known !== undefined) return holds(i.session, known, '!=', 0)
  const comparison = comparisonOf(value.read())
  const [a, b] = comparison?.operands.map(onlyInteger) ?? []
  if (comparison && a !== undefined && b !== undefined) return holds(i.session, a, comparison.relation, b)
  const deciding = comparison?.operands ?? [value.read()]
  throw dataDependent(i, 'A branch or a loop depends on the value of a tensor', deciding)
}

const RELATIONS: ReadonlyMap<string, Relation> = new Map([
  ['Equal', '=='],
  ['Less', '<'],
  ['LessOrEqual', '<='],
  ['Greater', '>'],
  ['GreaterOrEqual', '>='],
])

/** What a tensor compares: `if pad > 0` of a padding that is computed from sizes in tensors. */
function comparisonOf({
  producer,
}: Value): { readonly relation: Relation; readonly operands: readonly Value[] } | undefined {
  const relation = producer && RELATIONS.get(producer.op)
  return relation && { relation, operands: producer.inputs.filter((input) => input !== undefined) }
}

function onlyInteger(value: Value): Dim | undefined {
  const [only, second] = knownIntegers(value) ?? []
  return second === undefined ? only : undefined
}

function instanceTruth(i: Interpreter, value: InstanceValue): boolean {
  for (const name of ['__bool__', '__len__']) {
    const method = value.class.lookup(name)
    if (method) return i.truth(i.call(method, positional(value)))
  }
  return true
}
