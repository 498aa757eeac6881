import type { TypedTensor } from 'onnxruntime-web'
import { ARRAYS, arrayClass, type DType, type FeedData, isDType, isFeedData } from './dtypes.ts'
import { ModelRuntimeError } from './errors.ts'
import { checkGuards } from './guards.ts'
import type { Manifest, TensorInfo } from './manifest.ts'
import {
  bindDims,
  dimsOfLength,
  type EmptyDim,
  emptyDim,
  fitsShape,
  fixedElements,
  freeDims,
  printInput,
} from './shapes.ts'

/** A feed that passed its checks. A Tensor is handed on as it was given: it may live on a GPU. */
export type CheckedFeed =
  | { readonly dims: readonly number[]; readonly type: DType; readonly data: FeedData }
  | { readonly dims: readonly number[]; readonly tensor: TypedTensor<DType> }

interface Input {
  readonly info: TensorInfo
  /** `input "image" of net.pth` */
  readonly title: string
}

/** Checks every feed of one `run` against the manifest, before anything is copied into the runtime. */
export function checkFeeds(
  manifest: Manifest,
  feeds: Readonly<Record<string, unknown>>,
): Map<string, CheckedFeed> {
  refuseUnknown(manifest, feeds)
  const checked = new Map<string, CheckedFeed>()
  for (const info of manifest.inputs) {
    const title = `input "${info.name}" of ${manifest.name}`
    const feed = Object.hasOwn(feeds, info.name) ? feeds[info.name] : undefined
    if (feed === undefined || feed === null) {
      throw new ModelRuntimeError(
        'MISSING_INPUT',
        `${title} was given nothing. It takes ${printInput(info)}.`,
      )
    }
    checked.set(info.name, checkFeed({ info, title }, feed))
  }
  checkDims(manifest, checked)
  return checked
}

function refuseUnknown({ name, inputs }: Manifest, feeds: Readonly<Record<string, unknown>>): void {
  if (typeof feeds !== 'object' || feeds === null || arrayClass(feeds) !== undefined) {
    const example = inputs.map((input) => `${input.name}: …`).join(', ')
    throw new ModelRuntimeError('MISSING_INPUT', `${name} takes its inputs by name: run({ ${example} }).`)
  }
  const known = new Set(inputs.map((input) => input.name))
  const unknown = Object.keys(feeds).find((key) => !known.has(key))
  if (unknown === undefined) return
  const list = inputs.map((input) => `${input.name}: ${printInput(input)}`).join('; ')
  throw new ModelRuntimeError(
    'UNKNOWN_INPUT',
    `${name} has no input "${unknown}". It takes ${list || 'none'}.`,
  )
}

function checkFeed(input: Input, feed: unknown): CheckedFeed {
  const { dtype } = input.info
  if (!isDType(dtype)) {
    throw new ModelRuntimeError(
      'UNSUPPORTED_TYPE',
      `${input.title} is ${dtype}, which no JavaScript array holds.`,
    )
  }
  if (isTensor(feed)) return checkTensor(input, dtype, feed)
  const pair = asPair(feed)
  const given = pair ? pair.data : feed
  if (!isFeedData(dtype, given)) throw wrongType(input, describe(given))
  const dims = pair ? checkPairDims(input, pair.dims, given.length) : solveDims(input, given.length)
  return { type: dtype, dims, data: given }
}

/** onnxruntime's Tensor, of any copy of it in the page. */
function isTensor(feed: unknown): feed is TypedTensor<DType> {
  return typeof feed === 'object' && feed !== null && 'location' in feed && 'type' in feed && 'dims' in feed
}

function checkTensor(input: Input, dtype: DType, tensor: TypedTensor<DType>): CheckedFeed {
  if (tensor.type !== dtype) throw wrongType(input, `a ${tensor.type} Tensor`)
  if (!fitsShape(input.info.shape, tensor.dims)) throw wrongShape(input, `dims [${tensor.dims.join(', ')}]`)
  return { dims: tensor.dims, tensor }
}

function asPair(feed: unknown): { data: unknown; dims: readonly unknown[] } | undefined {
  if (typeof feed !== 'object' || feed === null || !('data' in feed) || !('dims' in feed)) return undefined
  return { data: feed.data, dims: Array.isArray(feed.dims) ? feed.dims : [] }
}

const article = (name: string): string => (name.startsWith('I') ? 'an' : 'a')

function describe(value: unknown): string {
  const array = arrayClass(value)
  if (array !== undefined) return array === 'Array' ? 'a plain Array' : `${article(array)} ${array}`
  return typeof value === 'object' ? 'an object without data and dims' : `a ${typeof value}`
}

function checkPairDims(input: Input, dims: readonly unknown[], length: number): readonly number[] {
  const sizes = dims.map(Number)
  const product = sizes.reduce((all, size) => all * size, 1)
  const printed = `dims [${dims.join(', ')}]`
  if (!fitsShape(input.info.shape, sizes)) throw wrongShape(input, printed)
  if (product !== length) throw wrongShape(input, `${length} elements with ${printed}, which hold ${product}`)
  return sizes
}

function solveDims(input: Input, length: number): readonly number[] {
  const { shape } = input.info
  if (freeDims(shape) > 1) {
    throw new ModelRuntimeError(
      'NEEDS_DIMS',
      `${input.title} is ${printInput(input.info)}: its free dims cannot be told from ${length} elements. Give { data, dims }.`,
    )
  }
  const dims = dimsOfLength(shape, length)
  if (dims === undefined) throw wrongShape(input, `${length} elements`, elementsWanted(shape))
  return dims
}

function elementsWanted(shape: TensorInfo['shape']): string {
  const fixed = fixedElements(shape)
  return freeDims(shape) === 0 ? ` (${fixed} elements)` : ` (a multiple of ${fixed} elements)`
}

function wrongType({ info, title }: Input, given: string): ModelRuntimeError {
  const wanted = isDType(info.dtype) ? ARRAYS[info.dtype].feed[0] : info.dtype
  return new ModelRuntimeError(
    'WRONG_TYPE',
    `${title} was given ${given}. It takes ${article(wanted)} ${wanted} or a Tensor: ${printInput(info)}.`,
  )
}

const wrongShape = ({ info, title }: Input, given: string, more = ''): ModelRuntimeError =>
  new ModelRuntimeError('WRONG_SHAPE', `${title} was given ${given}. It takes ${printInput(info)}${more}.`)

function checkDims(manifest: Manifest, checked: ReadonlyMap<string, CheckedFeed>): void {
  const dimsOf = (name: string) => checked.get(name)?.dims ?? []
  const { values, conflict } = bindDims(manifest.inputs, dimsOf)
  if (conflict !== undefined) {
    const { input, dim, given, wanted } = conflict
    throw new ModelRuntimeError(
      'WRONG_SHAPE',
      `input "${input}" of ${manifest.name} was given ${dim} = ${given}, where the other dims make it ${wanted}.`,
    )
  }
  const empty = emptyDim(manifest.inputs, dimsOf)
  if (empty !== undefined) {
    const { input, dim } = empty
    throw new ModelRuntimeError(
      'WRONG_SHAPE',
      `input "${input}" of ${manifest.name} was given ${dim} = 0, but its conversion takes ${dim} to be at least 1. ` +
        `Give at least one, or convert it with a range that holds 0: ${rangeFromZero(manifest, empty)}.`,
    )
  }
  checkGuards(manifest, values)
}

/** `input=past:float32[N,8,past=2(0..),64]`; the dim alone where not every dim has a name that a query takes. */
function rangeFromZero({ inputs }: Manifest, { input, dim }: EmptyDim): string {
  const ranged = `${dim}=2(0..)`
  const { dtype, shape = [] } = inputs.find(({ name }) => name === input) ?? {}
  const isSpelled = shape.every((each) => /^(\d+|[A-Za-z_]\w*)$/.test(String(each)))
  if (!isSpelled) return `${ranged} in input=`
  return `input=${input}:${dtype}[${shape.map((each) => (each === dim ? ranged : each)).join(',')}]`
}
