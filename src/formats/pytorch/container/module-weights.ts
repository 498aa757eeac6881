import { ModelError } from '../../../errors/index.ts'
import type { Tensor } from '../../../graph/tensor.ts'
import {
  attributesOf,
  type PickleDict,
  type PickleObject,
  type PickleValue,
  qualifiedName,
} from '../pickle/index.ts'

/** The weights of a pickled `nn.Module`, named as its `state_dict()` would name them, and what it is made of. */
export interface ModuleWeights {
  readonly tensors: ReadonlyMap<string, Tensor>
  /** Class by module path; the root's path is empty: `'' → vdsr.Net`, `layer1.0 → torch.nn.modules.conv.Conv2d`. */
  readonly classes: ReadonlyMap<string, string>
  /** Attributes by module path. */
  readonly settings: ReadonlyMap<string, ReadonlyMap<string, PickleValue>>
}

/** Modules nest some ten deep; a file that nests them without end is hostile. */
const MAX_DEPTH = 256
/** Shared modules appear once per path, as in a state dict, so a small file could name very many. */
const MAX_MODULES = 200_000
const MAX_PATH = 1024

/** Whether a value is an instance of `nn.Module`, by the attributes that all of them have. */
export const isModule = (value: PickleValue): value is PickleObject =>
  value.kind === 'object' && moduleDict(value, '_modules') !== undefined

/** The dict in one of a module's own attributes: `_modules`, `_parameters`, `_buffers`. */
export function moduleDict(module: PickleObject, name: string): PickleDict | undefined {
  const dict = attributesOf(module)?.get(name)
  return dict?.kind === 'dict' ? dict : undefined
}

/** @throws ModelError LIMIT_EXCEEDED, and what reading a tensor throws. */
export function moduleWeights(root: PickleObject): ModuleWeights {
  const tensors = new Map<string, Tensor>()
  const classes = new Map<string, string>()
  const settings = new Map<string, ReadonlyMap<string, PickleValue>>()
  const visit = (module: PickleObject, path: string, depth: number): void => {
    if (depth > MAX_DEPTH || classes.size >= MAX_MODULES || path.length > MAX_PATH) throw endless()
    const prefix = path === '' ? '' : `${path}.`
    classes.set(path, qualifiedName(module.class))
    settings.set(path, new Map(attributesOf(module)?.named()))
    for (const [name, tensor] of ownTensors(module)) tensors.set(`${prefix}${name}`, tensor)
    for (const [name, child] of moduleDict(module, '_modules')?.named() ?? []) {
      if (child.kind === 'object') visit(child, `${prefix}${name}`, depth + 1)
    }
  }
  visit(root, '', 0)
  return { tensors, classes, settings }
}

/** Parameters and buffers of one module; buffers registered with `persistent=False` are not weights. */
function* ownTensors(module: PickleObject): Generator<readonly [string, Tensor]> {
  const transient = transientBuffers(module)
  for (const list of ['_parameters', '_buffers']) {
    for (const [name, value] of moduleDict(module, list)?.named() ?? []) {
      if (value.kind === 'tensor' && !(list === '_buffers' && transient.has(name)))
        yield [name, value.view.tensor]
    }
  }
}

function transientBuffers(module: PickleObject): ReadonlySet<string> {
  const set = attributesOf(module)?.get('_non_persistent_buffers_set')
  const items = set?.kind === 'set' ? set.items : []
  return new Set(items.flatMap((item) => (item.kind === 'string' ? [item.value] : [])))
}

const endless = (): ModelError =>
  new ModelError('LIMIT_EXCEEDED', {
    what: `A pickled module nests more than ${MAX_DEPTH} deep, has more than ${MAX_MODULES} parts or endless names`,
    why: 'It contains itself, or the file is hostile',
  })
