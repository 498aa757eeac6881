import { rowMajorStrides } from '../bytes/index.ts'
import { isFloat } from '../dtype.ts'
import { elementCount, type Tensor } from '../tensor.ts'
import type { Kernel, KernelCall } from './call.ts'
import { allOf } from './index-maps.ts'
import { type Elements, elementsOf, tensorOfBigs, tensorOfNumbers } from './numbers.ts'

/** How a group of elements becomes one. Sums of floats run in double, and are rounded once. */
interface Rule {
  readonly float?: (group: readonly number[]) => number
  readonly int?: (group: readonly number[]) => number | undefined
  readonly big?: (group: readonly bigint[]) => bigint
}

const reducing =
  (rule: Rule): Kernel =>
  (call) => {
    const [input] = call.inputs
    const [output] = call.outputs
    const elements = input && elementsOf(input)
    if (!input || !output || !elements) return undefined
    const groups = groupsOf(input.dims, reducedAxes(call, input))
    if (groups.some((group) => group.length === 0)) return undefined
    return reduced(elements, groups, { rule, output, input })
  }

interface Target {
  readonly rule: Rule
  readonly input: Tensor
  readonly output: KernelCall['outputs'][number]
}

function reduced(
  elements: Elements,
  groups: readonly Int32Array[],
  { rule, input, output: { dtype, dims } }: Target,
): readonly Tensor[] | undefined {
  if (elements.kind === 'big') {
    const { big } = rule
    const { data } = elements
    return big && [tensorOfBigs(dtype, dims, (at) => big(Array.from(groups[at] ?? [], (i) => data[i] ?? 0n)))]
  }
  const { data } = elements
  const operate = isFloat(input.dtype) ? rule.float : rule.int
  if (!operate) return undefined
  return [
    tensorOfNumbers(dtype, dims, (at) => operate(Array.from(groups[at] ?? [], (i) => data[i] ?? 0)) ?? 0),
  ]
}

function reducedAxes(call: KernelCall, { dims }: Tensor): ReadonlySet<number> {
  const given = call.integers(1) ?? []
  if (given.length === 0) return new Set(call.int('noop_with_empty_axes', 0) === 0 ? allOf(dims.length) : [])
  return new Set(given.map((axis) => (axis < 0 ? axis + dims.length : axis)))
}

/** Positions that go into each result. */
function groupsOf(dims: readonly number[], axes: ReadonlySet<number>): Int32Array[] {
  const strides = rowMajorStrides(dims)
  const positions = (wanted: (axis: number) => boolean): number[] =>
    dims.reduce<number[]>(
      (starts, size, axis) =>
        wanted(axis)
          ? starts.flatMap((start) => allOf(size).map((at) => start + at * (strides[axis] ?? 1)))
          : starts,
      [0],
    )
  const inside = positions((axis) => axes.has(axis))
  return positions((axis) => !axes.has(axis)).map((start) =>
    Int32Array.from(inside, (offset) => start + offset),
  )
}

const sum = (group: readonly number[]): number => group.reduce((total, x) => total + x, 0)
const greatest = (group: readonly number[]): number => group.reduce((a, b) => Math.max(a, b))
const least = (group: readonly number[]): number => group.reduce((a, b) => Math.min(a, b))
const bigSum = (group: readonly bigint[]): bigint => group.reduce((total, x) => total + x, 0n)

/** Index of the extreme element, the first or the last of equals. */
const searching =
  (isBetter: (a: number | bigint, b: number | bigint) => boolean): Kernel =>
  (call) => {
    const [input] = call.inputs
    const [output] = call.outputs
    const elements = input && elementsOf(input)
    if (!input || !output || !elements) return undefined
    const axis = call.int('axis', 0)
    const groups = groupsOf(input.dims, new Set([axis < 0 ? axis + input.dims.length : axis]))
    if (elementCount(input.dims) === 0) return undefined
    const last = call.int('select_last_index', 0) !== 0
    return [
      tensorOfNumbers(output.dtype, output.dims, (at) => {
        const group = groups[at] ?? Int32Array.of()
        let best = 0
        group.forEach((position, index) => {
          const [candidate, champion] = [elements.data[position] ?? 0, elements.data[group[best] ?? 0] ?? 0]
          if (isBetter(candidate, champion) || (last && candidate === champion)) best = index
        })
        return best
      }),
    ]
  }

export const reductionKernels: { readonly [op: string]: Kernel } = {
  ArgMax: searching((a, b) => a > b),
  ArgMin: searching((a, b) => a < b),
  ReduceMax: reducing({
    float: greatest,
    int: greatest,
    big: (group) => group.reduce((a, b) => (a > b ? a : b)),
  }),
  ReduceMean: reducing({ float: (group) => sum(group) / group.length }),
  ReduceMin: reducing({
    float: least,
    int: least,
    big: (group) => group.reduce((a, b) => (a < b ? a : b)),
  }),
  ReduceProd: reducing({
    float: (group) => group.reduce((a, b) => a * b, 1),
    big: (group) => group.reduce((a, b) => a * b, 1n),
  }),
  ReduceSum: reducing({ float: sum, int: sum, big: bigSum }),
}
