import {
  type Builder,
  type Dim,
  type Model,
  type Node,
  product,
  type Value,
} from '../../../../graph/index.ts'
import { builderAt, replaced } from '../../../match/edit.ts'
import { isSameDims, knownDims } from '../../../match/types.ts'
import { producerOf, soleUser } from '../../../match/uses.ts'
import type { Pass } from '../../../pass.ts'
import { isSamePerm, type Perm, permOf } from '../transposes/perm.ts'

/**
 * Pixel (un)shuffle written as Reshape → Transpose → Reshape becomes DepthToSpace or SpaceToDepth.
 *
 * @example [N, 36, H, W] → [N, 4, 3, 3, H, W] → (0, 1, 4, 2, 5, 3) → [N, 4, 3·H, 3·W] // DepthToSpace(3, CRD)
 */
export const recogniseDepthSpace: Pass = {
  name: 'recognise-depth-space',
  level: 'all',
  operators: [['Transpose'], ['Reshape']],
  run(model) {
    let found = 0
    for (const node of model.graph.allNodes())
      if (node.op === 'Reshape' && node.domain === '' && node.output.isUsed && recognise(model, node)) found++
    return { node: found }
  },
}

/** Six axes, and how many of them in a row make each of the four before and behind. */
interface Form {
  readonly perm: Perm
  /** Where the block's rows and columns stand. */
  readonly block: readonly [rows: number, columns: number]
  readonly before: readonly number[]
  readonly behind: readonly number[]
  readonly emit: (b: Builder, x: Value, blocksize: number) => Value
}

const CHANNELS = [1, 3, 1, 1]
const PLANE = [1, 1, 2, 2]

const depthToSpace =
  (mode: string): Form['emit'] =>
  (b, x, blocksize) =>
    b.depthToSpace(x, { blocksize, mode })

/** https://onnx.ai/onnx/operators/onnx__DepthToSpace.html, https://onnx.ai/onnx/operators/onnx__SpaceToDepth.html */
const FORMS: readonly Form[] = [
  { perm: [0, 1, 4, 2, 5, 3], block: [2, 3], before: CHANNELS, behind: PLANE, emit: depthToSpace('CRD') },
  { perm: [0, 3, 4, 1, 5, 2], block: [1, 2], before: CHANNELS, behind: PLANE, emit: depthToSpace('DCR') },
  {
    perm: [0, 3, 5, 1, 2, 4],
    block: [3, 5],
    before: PLANE,
    behind: CHANNELS,
    emit: (b, x, blocksize) => b.spaceToDepth(x, { blocksize }),
  },
]

function recognise(model: Model, last: Node): boolean {
  const middle = producerOf(last.input(0), 'Transpose', last)
  const first = middle && producerOf(middle.input(0), 'Reshape', last)
  const perm = middle && permOf(middle)
  if (!first || !perm || soleUser(middle.output) !== last || soleUser(first.output) !== middle) return false
  const form = FORMS.find((candidate) => isSamePerm(candidate.perm, perm))
  const [from, six, to] = [knownDims(first.input(0)), knownDims(first.output), knownDims(last.output)]
  const blocksize = form && six?.[form.block[0]]
  if (!form || !from || !six || !to || typeof blocksize !== 'number' || six[form.block[1]] !== blocksize)
    return false
  // The kernels of other dtypes are not in every build of the runtime.
  if (last.output.dtype !== 'float32') return false
  const moved = perm.map((axis) => six[axis] ?? 1)
  if (!isSameDims(grouped(six, form.before), from) || !isSameDims(grouped(moved, form.behind), to))
    return false
  return replaced(last.output, form.emit(builderAt(model, last), first.input(0), blocksize))
}

function grouped(dims: readonly Dim[], lengths: readonly number[]): Dim[] {
  let at = 0
  return lengths.map((length) => {
    at += length
    return product(dims.slice(at - length, at))
  })
}
