import { rowMajorStrides } from '../bytes/index.ts'
import { isFloat } from '../dtype.ts'
import { elementCount, type Tensor } from '../tensor.ts'
import type { Kernel, KernelCall } from './call.ts'
import { allOf } from './index-maps.ts'
import { type Elements, elementsOf, tensorOfBigs, tensorOfNumbers } from './numbers.ts'

/** How the elements of a group become one, taken one by one. */
interface Fold<T> {
  /** What an element is added to. @default the group's first element */
  readonly start?: T
  readonly step: (total: T, element: T) => T
  readonly end?: (total: T, count: number) => T
}

/** Sums of floats run in double, and are rounded once. */
interface Rule {
  readonly float?: Fold<number>
  readonly int?: Fold<number>
  readonly big?: Fold<bigint>
}

/** Positions of a tensor's elements by groups: group `at` is `starts[at]` plus each of the offsets. */
interface Groups {
  readonly starts: Int32Array
  readonly offsets: Int32Array
}

const reducing =
  (rule: Rule): Kernel =>
  (call) => {
    const [input] = call.inputs
    const [output] = call.outputs
    const elements = input && elementsOf(input)
    if (!input || !output || !elements) return undefined
    const groups = groupsOf(input.dims, reducedAxes(call, input))
    if (groups.offsets.length === 0) return undefined
    return reduced(elements, groups, { rule, output, input })
  }

interface Target {
  readonly rule: Rule
  readonly input: Tensor
  readonly output: KernelCall['outputs'][number]
}

function reduced(
  elements: Elements,
  groups: Groups,
  { rule, input, output: { dtype, dims } }: Target,
): readonly Tensor[] | undefined {
  if (elements.kind === 'big') {
    const { big } = rule
    const { data } = elements
    return big && [tensorOfBigs(dtype, dims, (at) => folded(big, groups, at, (i) => data[i] ?? 0n))]
  }
  const { data } = elements
  const operate = isFloat(input.dtype) ? rule.float : rule.int
  return operate && [tensorOfNumbers(dtype, dims, (at) => folded(operate, groups, at, (i) => data[i] ?? 0))]
}

function folded<T>({ start, step, end }: Fold<T>, groups: Groups, at: number, element: (i: number) => T): T {
  const { offsets } = groups
  const base = groups.starts[at] ?? 0
  let total = start ?? element(base + (offsets[0] ?? 0))
  for (let k = start === undefined ? 1 : 0; k < offsets.length; k++)
    total = step(total, element(base + (offsets[k] ?? 0)))
  return end ? end(total, offsets.length) : total
}

function reducedAxes(call: KernelCall, { dims }: Tensor): ReadonlySet<number> {
  const given = call.integers(1) ?? []
  if (given.length === 0) return new Set(call.int('noop_with_empty_axes', 0) === 0 ? allOf(dims.length) : [])
  return new Set(given.map((axis) => (axis < 0 ? axis + dims.length : axis)))
}

const groupsOf = (dims: readonly number[], axes: ReadonlySet<number>): Groups => ({
  starts: positions(dims, (axis) => !axes.has(axis)),
  offsets: positions(dims, (axis) => axes.has(axis)),
})

/** Positions along some axes, those of the others being 0. */
function positions(dims: readonly number[], wanted: (axis: number) => boolean): Int32Array {
  const strides = rowMajorStrides(dims)
  let found = Int32Array.of(0)
  dims.forEach((size, axis) => {
    if (!wanted(axis)) return
    const stride = strides[axis] ?? 1
    const next = new Int32Array(found.length * size)
    for (let i = 0; i < next.length; i++) next[i] = (found[Math.floor(i / size)] ?? 0) + (i % size) * stride
    found = next
  })
  return found
}

const sum = { start: 0, step: (total: number, x: number) => total + x }
const greatest: Fold<number> = { step: Math.max }
const least: Fold<number> = { step: Math.min }

/** Index of the extreme element, the first or the last of equals. */
const searching =
  (isBetter: (a: number | bigint, b: number | bigint) => boolean): Kernel =>
  (call) => {
    const [input] = call.inputs
    const [output] = call.outputs
    const elements = input && elementsOf(input)
    if (!input || !output || !elements || elementCount(input.dims) === 0) return undefined
    const axis = call.int('axis', 0)
    const { starts, offsets } = groupsOf(input.dims, new Set([axis < 0 ? axis + input.dims.length : axis]))
    const last = call.int('select_last_index', 0) !== 0
    const element = (at: number, index: number) =>
      elements.data[(starts[at] ?? 0) + (offsets[index] ?? 0)] ?? 0
    const best = (at: number): number => {
      let found = 0
      for (let index = 1; index < offsets.length; index++) {
        const [candidate, champion] = [element(at, index), element(at, found)]
        if (isBetter(candidate, champion) || (last && candidate === champion)) found = index
      }
      return found
    }
    return [tensorOfNumbers(output.dtype, output.dims, best)]
  }

export const reductionKernels: { readonly [op: string]: Kernel } = {
  ArgMax: searching((a, b) => a > b),
  ArgMin: searching((a, b) => a < b),
  ReduceMax: reducing({ float: greatest, int: greatest, big: { step: (a, b) => (a > b ? a : b) } }),
  ReduceMean: reducing({ float: { ...sum, end: (total, count) => total / count } }),
  ReduceMin: reducing({ float: least, int: least, big: { step: (a, b) => (a < b ? a : b) } }),
  ReduceProd: reducing({
    float: { start: 1, step: (a, b) => a * b },
    big: { start: 1n, step: (a, b) => BigInt.asIntN(64, a * b) },
  }),
  ReduceSum: reducing({ float: sum, int: sum, big: { start: 0n, step: (total, x) => total + x } }),
}
