import { ModelError } from '../../../errors/index.ts'
import {
  type Atom,
  bounds,
  type Dim,
  dimName,
  isSymbolic,
  type SymDim,
  symbol,
  symbolName,
  symbolsOf,
  type Term,
} from '../../dims/index.ts'
import type { Value } from '../../value.ts'
import type { Builder } from '../builder.ts'
import { type Carrier, findCarrier, findHolder } from './size-record.ts'

/**
 * Dims as a 1-D int64 tensor: a constant where all are numbers, else read from tensors that have them and computed from
 * those. Every size is computed once a graph, and what outer graphs have computed serves inside of subgraphs.
 *
 * @example shapeTensor(b, [n, 4, 64]) // Concat(Shape(image, start=0, end=1), [4, 64])
 * @throws ModelError INTERNAL when no visible tensor has a symbol that a dim is made of.
 */
export function shapeTensor(b: Builder, dims: readonly Dim[]): Value {
  const parts: Value[] = []
  let at = 0
  while (at < dims.length) {
    const run = numbersFrom(dims, at)
    if (run.length > 0) parts.push(b.int64s(run.map(boundedInt64)))
    else parts.push(sizeVector(b, dims[at] ?? 0))
    at += Math.max(run.length, 1)
  }
  const [only] = parts
  if (parts.length === 0) return b.int64s([])
  return parts.length === 1 && only ? only : b.concat(parts, { axis: 0 })
}

/** The run of plain numbers that starts there. */
function numbersFrom(dims: readonly Dim[], start: number): number[] {
  const numbers: number[] = []
  for (let at = start; at < dims.length; at++) {
    const dim = dims[at]
    if (typeof dim !== 'number') break
    numbers.push(dim)
  }
  return numbers
}

/** A dim as a 0-D int64 tensor. */
export function sizeScalar(b: Builder, dim: Dim): Value {
  if (!isSymbolic(dim)) return b.scalar('int64', boundedInt64(dim))
  return findHolder(b, dim, 0) ?? b.squeeze(sizeVector(b, dim), { axes: b.int64s([0]) })
}

/** A dim as a 1-D int64 tensor of one element. */
export function sizeVector(b: Builder, dim: Dim): Value {
  if (!isSymbolic(dim)) return b.int64s([boundedInt64(dim)])
  const held = findHolder(b, dim, 1)
  if (held) return held
  const scalar = findHolder(b, dim, 0)
  if (scalar) return b.unsqueeze(scalar, b.int64s([0]))
  const carrier = symbolName(dim) !== undefined || !isComputable(b, dim) ? findCarrier(b, dim) : undefined
  return carrier ? readSize(b, carrier) : computed(b, dim)
}

/** INT_MAX and the like stand for "to the end", and are no safe integers. */
const INT64_MAX = 2n ** 63n - 1n
const boundedInt64 = (size: number): number | bigint => {
  if (Number.isSafeInteger(size)) return size
  return size > 0 ? INT64_MAX : -INT64_MAX
}

const readSize = (b: Builder, { value, axis }: Carrier): Value =>
  b.shape(value, { start: axis, end: axis + 1 })

/**
 * The integer that a one-element int64 value holds, as a dim: known already, or a fresh symbol that this value carries
 * from now on.
 */
export function sizeOf(b: Builder, value: Value, max?: number): Dim {
  const known = value.content?.[0]
  if (known !== undefined) return known
  const dim = b.model.unbackedDim(max)
  value.content = [dim]
  return dim
}

/** Whether all symbols of an expression can be read. An expression whose symbols cannot may still be some tensor's dim. */
const isComputable = (b: Builder, dim: SymDim): boolean =>
  [...symbolsOf(dim)].every((name) => {
    const atom = symbol(name)
    return (findHolder(b, atom, 1) ?? findHolder(b, atom, 0) ?? findCarrier(b, atom)) !== undefined
  })

function computed(b: Builder, dim: SymDim): Value {
  if (symbolName(dim) !== undefined) throw outOfSight(b, dim)
  const [plus, minus] = [true, false].map((positive) =>
    dim.terms.filter(({ coefficient }) => coefficient > 0 === positive),
  )
  const sum = (terms: readonly Term[] = [], constant: number): Value | undefined => {
    const parts = terms.map((term) => termValue(b, term))
    if (constant > 0) parts.push(b.int64s([constant]))
    return parts.length === 0 ? undefined : parts.reduce((total, part) => b.add(total, part))
  }
  const taken = sum(minus, Math.max(-dim.constant, 0))
  const given = sum(plus, Math.max(dim.constant, 0)) ?? b.int64s([0])
  return taken ? b.sub(given, taken) : given
}

/** |coefficient| · Π atoms; the sign is the caller's. */
function termValue(b: Builder, { coefficient, atoms }: Term): Value {
  const factors = atoms.map((atom) => atomValue(b, atom))
  const scale = Math.abs(coefficient)
  if (scale !== 1) factors.push(b.int64s([scale]))
  return factors.reduce((product, factor) => b.mul(product, factor))
}

function atomValue(b: Builder, atom: Atom): Value {
  switch (atom.kind) {
    case 'symbol':
      return sizeVector(b, symbol(atom.name))
    case 'group':
      return sizeVector(b, atom.sum)
    case 'floordiv':
      return flooredQuotient(b, atom.a, atom.b)
    case 'max':
      return b.max(atom.args.map((arg) => sizeVector(b, arg)))
    case 'min':
      return b.min(atom.args.map((arg) => sizeVector(b, arg)))
  }
}

/**
 * ONNX Div truncates; a dividend that may be negative is made a multiple first (Mod has the divisor's sign). So is a plain
 * 1: onnxruntime's DivMulFusion turns (1 / n)·m into m / n, of integers too (1.30).
 */
function flooredQuotient(b: Builder, a: Dim, divisor: Dim): Value {
  const [dividend, by] = [sizeVector(b, a), sizeVector(b, divisor)]
  if (a !== 1 && bounds(a, b.model.facts)[0] >= 0) return b.div(dividend, by)
  return b.div(b.sub(dividend, b.mod(dividend, by)), by)
}

const outOfSight = (b: Builder, dim: Dim): ModelError =>
  new ModelError('INTERNAL', {
    what: `No tensor in sight has the size ${dimName(dim)}`,
    where: b.origin,
    why: `Graph ${b.graph.name} has to compute with it`,
  })
