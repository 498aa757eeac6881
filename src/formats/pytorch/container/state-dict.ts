import { ModelError } from '../../../errors/index.ts'
import type { Tensor } from '../../../graph/tensor.ts'
import {
  describe,
  numpyArrayOf,
  type PickleDict,
  type PickleObject,
  type PickleValue,
} from '../pickle/index.ts'
import { findWeights } from './find-weights.ts'
import { isModule, type ModuleWeights, moduleWeights } from './module-weights.ts'
import type { SafetensorsFile } from './safetensors.ts'

/** Weights by name, and how they were found. */
export interface StateDict {
  /** Names without `prefix`. */
  readonly tensors: ReadonlyMap<string, Tensor>
  /** What every name began with and was taken off: `module.` from DataParallel. The full name is `prefix + name`. */
  readonly prefix: string
  /** Keys that were followed to the weights: `['state_dict']`. */
  readonly path: readonly string[]
  /** Entries among the weights that are no tensors, by name. */
  readonly ignored: readonly string[]
  /** What lay beside the weights in a checkpoint: `arch`, `epoch`, `hyper_parameters`. */
  readonly beside: ReadonlyMap<string, PickleValue>
  /**
   * What PyTorch recorded of each module by its path (`_metadata`): its `version`. Empty where the dict is no longer the one
   * that `state_dict()` made, and in safetensors.
   */
  readonly metadata: ReadonlyMap<string, ReadonlyMap<string, PickleValue>>
  /** Class by module path where the weights came out of a whole pickled module; the root's path is empty. */
  readonly classes: ReadonlyMap<string, string> | undefined
  /** Attributes by module path where the weights came out of a whole pickled module. */
  readonly settings: ModuleWeights['settings']
  /** Other sets of weights in the file, by what `weights` would name them with; read when asked for. */
  readonly others: ReadonlyMap<string, () => ReadonlyMap<string, Tensor>>
}

export interface StateDictOptions {
  /** Where the weights are, when the file holds several sets: a key, or keys joined by dots (`?weights=ema`). */
  readonly weights?: string | undefined
}

/** What wrappers put before every name: DataParallel, Lightning, torch.compile, common ways to nest a network. */
const PREFIXES = ['module.', 'model.', '_orig_mod.', 'net.', 'network.', 'student.', 'generator.']

const MAX_DEPTH = 64
const MAX_TENSORS = 200_000
const MAX_NAME = 1024
/** Wrappers around wrappers whose prefixes are taken off. */
const MAX_WRAPPERS = 8

/**
 * The weights in what `torch.save` wrote: a state dict, a checkpoint around one, or a whole module.
 *
 * @example stateDictOf(file.root, { weights: 'ema' }).tensors.get('conv1.weight')
 * @throws ModelError UNSUPPORTED_FORMAT when there are none, BAD_QUERY_VALUE when `weights` names nothing.
 */
export function stateDictOf(root: PickleValue, { weights }: StateDictOptions = {}): StateDict {
  const found = findWeights(root, weights)
  const collected = new WeightCollector()
  collected.add(found.value, '')
  // A lone tensor has no name to be a weight by.
  if (collected.tensors.size === 0 || collected.tensors.has('')) throw noWeights(root)
  const { path, beside } = found
  const classes = collected.classes.size > 0 ? collected.classes : undefined
  const { ignored, settings } = collected
  const others = new Map([...found.others].map(([name, value]) => [name, () => tensorsIn(value)] as const))
  const short = withoutPrefix(collected.tensors)
  const metadata = pathsWithoutPrefix(collected.metadata, short.prefix)
  return { ...short, path, ignored, beside, metadata, classes, settings, others }
}

function tensorsIn(value: PickleValue): ReadonlyMap<string, Tensor> {
  const collected = new WeightCollector()
  collected.add(findWeights(value, undefined).value, '')
  return withoutPrefix(collected.tensors).tensors
}

/** The same view of a safetensors file, which holds nothing but named tensors. */
export const stateDictOfSafetensors = ({ tensors }: SafetensorsFile): StateDict => ({
  ...withoutPrefix(tensors),
  path: [],
  ignored: [],
  beside: new Map(),
  metadata: new Map(),
  classes: undefined,
  settings: new Map(),
  others: new Map(),
})

function withoutPrefix(tensors: ReadonlyMap<string, Tensor>): Pick<StateDict, 'tensors' | 'prefix'> {
  const prefix = commonPrefix(tensors)
  const short = [...tensors].map(([name, tensor]) => [name.slice(prefix.length), tensor] as const)
  return { tensors: new Map(short), prefix }
}

/** As `consume_prefix_in_state_dict_if_present` does: the wrapped module's own path is the root's. */
function pathsWithoutPrefix<T>(byPath: ReadonlyMap<string, T>, prefix: string): ReadonlyMap<string, T> {
  const below = [...byPath].filter(([path]) => `${path}.`.startsWith(prefix))
  return new Map(below.map(([path, own]) => [path.slice(prefix.length), own]))
}

/** Gathers the tensors of nested dicts and modules under their dotted names. */
class WeightCollector {
  readonly tensors = new Map<string, Tensor>()
  readonly ignored: string[] = []
  readonly classes = new Map<string, string>()
  readonly settings = new Map<string, ReadonlyMap<string, PickleValue>>()
  readonly metadata = new Map<string, ReadonlyMap<string, PickleValue>>()
  #visited = 0

  add(value: PickleValue, name: string, depth = 0): void {
    this.#visited++
    if (depth > MAX_DEPTH || this.#visited > MAX_TENSORS || name.length > MAX_NAME) throw endless()
    if (value.kind === 'tensor' && value.quantizer) throw quantised(name)
    const tensor = value.kind === 'tensor' ? value.view.tensor : numpyArrayOf(value)
    const entries = value.kind === 'object' ? value.entries : value
    if (tensor) this.tensors.set(name, tensor)
    else if (isModule(value)) this.#addModule(value, name)
    else if (entries?.kind === 'dict') this.#addDict(entries, name, depth)
    else this.ignored.push(name)
  }

  #addDict(dict: PickleDict, name: string, depth: number): void {
    const recorded = dict.attributes?.get('_metadata')
    if (recorded?.kind === 'dict') {
      for (const [path, own] of recorded.named())
        if (own.kind === 'dict') this.metadata.set(dotted(name, path), new Map(own.named()))
    }
    for (const [key, member] of dict.named()) this.add(member, dotted(name, key), depth + 1)
  }

  #addModule(module: PickleObject, name: string): void {
    const { tensors, classes, settings } = moduleWeights(module)
    for (const [key, tensor] of tensors) this.tensors.set(dotted(name, key), tensor)
    for (const [path, type] of classes) this.classes.set(dotted(name, path), type)
    for (const [path, own] of settings) this.settings.set(dotted(name, path), own)
  }
}

const dotted = (prefix: string, name: string): string =>
  prefix === '' || name === '' ? `${prefix}${name}` : `${prefix}.${name}`

/** Every listed prefix that all names share, as one text; never so much that a name would be left empty. */
function commonPrefix(tensors: ReadonlyMap<string, Tensor>): string {
  const names = [...tensors.keys()]
  let prefix = ''
  for (let layers = 0; layers < MAX_WRAPPERS && names.length > 0; layers++) {
    const shared = PREFIXES.find((part) =>
      names.every((name) => name.startsWith(prefix + part) && name.length > prefix.length + part.length),
    )
    if (shared === undefined) break
    prefix += shared
  }
  return prefix
}

function noWeights(root: PickleValue): ModelError {
  const keys = root.kind === 'dict' ? [...root.named()].map(([name]) => name) : []
  return new ModelError('UNSUPPORTED_FORMAT', {
    what: `The file holds no weights: its content is ${describe(root)}`,
    why: keys.length > 0 ? `Its keys are ${keys.slice(0, 20).join(', ')}` : undefined,
    next: 'Save the weights with torch.save(model.state_dict(), "net.pth")',
  })
}

const quantised = (name: string): ModelError =>
  new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: `The weight ${name} is a quantised tensor, whose scale a plain state dict does not apply`,
    next: 'Save the float weights, and let ?quant= quantise them',
  })

const endless = (): ModelError =>
  new ModelError('LIMIT_EXCEEDED', {
    what: `The weights nest more than ${MAX_DEPTH} deep, number more than ${MAX_TENSORS} or have endless names`,
    why: 'A dict contains itself, or the file is hostile',
  })
