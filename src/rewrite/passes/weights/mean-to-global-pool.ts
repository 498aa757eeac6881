import { isFloat, knownIntegers, type Model, type Node } from '../../../graph/index.ts'
import { builderAt, supplant } from '../../match/edit.ts'
import { soleUser } from '../../match/uses.ts'
import type { Pass } from '../../pass.ts'

/**
 * Makes a GlobalAveragePool of the mean over an image's spatial axes, by ReduceMean or by a window as large as the image: two to
 * three times as fast on the wasm provider (`bench/weight-forms.ts`).
 */
export const meanToGlobalPool: Pass = {
  name: 'mean-to-global-pool',
  level: 'all',
  operators: [['AveragePool', 'ReduceMean']],
  run(model) {
    let made = 0
    for (const node of model.graph.allNodes()) if (replace(model, node)) made++
    return { node: made }
  },
}

function replace(model: Model, node: Node): boolean {
  const isMean = node.domain === '' && node.output.isUsed ? MEANS[node.op] : undefined
  if (!isMean?.(node)) return false
  const b = builderAt(model, node)
  supplant(node, b.globalAveragePool(node.input(0), { name: node.name }))
  return true
}

const MEANS: { readonly [op: string]: (node: Node) => boolean } = {
  AveragePool: isWholeWindow,
  ReduceMean: (node) => {
    const reader = soleUser(node.output)
    return reader !== undefined && HEADS.has(reader.op) && isSpatialMean(node)
  },
}

/** What reads the mean of a feature map. Where it is taken from the map again, the map is being normalised. */
const HEADS: ReadonlySet<string> = new Set([
  'Conv',
  'Flatten',
  'Gemm',
  'MatMul',
  'Reshape',
  'Squeeze',
  'Transpose',
])

function isSpatialMean(node: Node): boolean {
  const { type } = node.input(0)
  const axes = node.inputs[1] && knownIntegers(node.inputs[1])
  if (type?.kind !== 'tensor' || !isFloat(type.dtype) || !type.dims || type.dims.length < 3 || !axes)
    return false
  const rank = type.dims.length
  const named = new Set(axes.map((axis) => (typeof axis === 'number' && axis < 0 ? axis + rank : axis)))
  const keepsAxes = (node.attribute('keepdims', 'int') ?? 1) !== 0
  return keepsAxes && named.size === rank - 2 && type.dims.every((_, axis) => axis < 2 || named.has(axis))
}

/** Nothing padded, nothing skipped: one window, and every element in it. */
function isWholeWindow(node: Node): boolean {
  const { type } = node.input(0)
  const kernel = node.attribute('kernel_shape', 'ints')
  const dims = type?.kind === 'tensor' ? type.dims?.slice(2) : undefined
  const mode = node.attribute('auto_pad', 'string') ?? 'NOTSET'
  const isPlain =
    (mode === 'NOTSET' || mode === 'VALID') &&
    !['pads', 'dilations'].some((name) => node.attribute(name, 'ints')?.some((n) => n !== DEFAULTS[name]))
  return (
    isPlain && dims !== undefined && kernel !== undefined && dims.every((dim, axis) => dim === kernel[axis])
  )
}

const DEFAULTS: { readonly [attribute: string]: number } = { dilations: 1, pads: 0 }
