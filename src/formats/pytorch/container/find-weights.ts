import { ModelError, nearest } from '../../../errors/index.ts'
import { attributesOf, type PickleDict, type PickleValue } from '../pickle/index.ts'
import { isModule } from './module-weights.ts'

/** Where training scripts put the weights of a checkpoint, most specific first. */
const WRAPPERS = [
  'state_dict',
  'model_state_dict',
  'model_state',
  'model',
  'ema',
  'state_dict_ema',
  'net',
  'network',
  'generator',
  'params',
  'params_ema',
  'module',
]

const MAX_DEPTH = 64

/** Where the weights lie in a checkpoint. */
export interface FoundWeights {
  /** A state dict, a dict of them, or a module. */
  readonly value: PickleValue
  readonly path: readonly string[]
  readonly beside: ReadonlyMap<string, PickleValue>
  /** Other values with weights in them, that `weights` would name so: what was passed by, and parts of a nested state dict. */
  readonly others: ReadonlyMap<string, PickleValue>
}

/**
 * Follows the usual keys from a checkpoint to its weights, after those that `weights` names.
 * @throws ModelError BAD_QUERY_VALUE when `weights` names nothing.
 */
export function findWeights(root: PickleValue, weights: string | undefined): FoundWeights {
  const search = new WeightSearch()
  let found: FoundWeights = { value: root, path: [], beside: new Map(), others: new Map() }
  if (weights !== undefined) found = follow(found, weights, search)
  const others = new Map<string, PickleValue>()
  while (found.path.length < MAX_DEPTH) {
    const key = wrapperKey(found.value, search)
    for (const [name, value] of setsOf(found.value, search))
      if (name !== key) others.set([...found.path, name].join('.'), value)
    if (key === undefined) break
    found = enter(found, key) ?? found
  }
  return { ...found, others }
}

/** The members of a checkpoint, or of a nested state dict, that have weights in them. */
function setsOf(value: PickleValue, search: WeightSearch): (readonly [string, PickleValue])[] {
  const members = isModule(value) ? undefined : membersOf(value)
  return [...(members?.named() ?? [])].filter(([, member]) => search.holds(member))
}

/** The key to follow from a checkpoint to its weights; undefined when the value is the weights itself. */
function wrapperKey(value: PickleValue, search: WeightSearch): string | undefined {
  if (isModule(value)) return undefined
  const members = membersOf(value)
  if (!members) return undefined
  // A checkpoint may have tensors of its own beside the weights; weights have no sets of weights among them.
  const usual = WRAPPERS.find((key) => search.holds(members.get(key)))
  if (usual !== undefined) return usual
  if ([...members.named()].some(([, member]) => isTensor(member))) return undefined
  // A single set of weights under a name of its own is not ambiguous; several make one nested state dict.
  const sets = setsOf(value, search)
  return sets.length === 1 ? sets[0]?.[0] : undefined
}

function enter(found: FoundWeights, key: string): FoundWeights | undefined {
  const members = membersOf(found.value)
  const value = members?.get(key)
  if (!members || !value) return undefined
  const beside = new Map([...members.named()].filter(([name]) => name !== key))
  return { ...found, value, path: [...found.path, key], beside }
}

/** Keys may hold dots themselves, so the whole rest is tried before it is split. */
function follow(start: FoundWeights, weights: string, search: WeightSearch): FoundWeights {
  let found = start
  let rest = weights
  while (rest !== '') {
    const names = [...(membersOf(found.value)?.named() ?? [])].map(([name]) => name)
    const key = names
      .filter((name) => rest === name || rest.startsWith(`${name}.`))
      .sort((a, b) => b.length - a.length)[0]
    const next = key === undefined ? undefined : enter(found, key)
    if (key === undefined || !next) throw unknownWeights(weights, rest, found, search)
    found = next
    rest = rest.slice(key.length + 1)
  }
  return found
}

/** A dict's own entries; of an object its attributes, its entries where it is a kind of dict. */
export function membersOf(value: PickleValue | undefined): PickleDict | undefined {
  if (value?.kind === 'dict') return value
  if (value?.kind !== 'object') return undefined
  return value.entries ?? attributesOf(value)
}

export const isTensor = (value: PickleValue): boolean => value.kind === 'tensor' || isNumpyArray(value)

const isNumpyArray = (value: PickleValue): boolean =>
  value.kind === 'object' && value.class.name === '_reconstruct' && value.class.module.startsWith('numpy')

/** Finds out once per value whether a tensor or a module lies in it. */
class WeightSearch {
  readonly #known = new Map<PickleValue, boolean>()

  holds(value: PickleValue | undefined, depth = 0): boolean {
    const members = membersOf(value)
    if (!value || !members || depth > MAX_DEPTH) return false
    const known = this.#known.get(value)
    if (known !== undefined) return known
    // Set first: a value that contains itself adds nothing to its own answer.
    this.#known.set(value, false)
    let holds = isModule(value)
    for (const [, member] of members.named()) holds ||= isTensor(member) || this.holds(member, depth + 1)
    this.#known.set(value, holds)
    return holds
  }
}

function unknownWeights(
  weights: string,
  rest: string,
  { value, path }: FoundWeights,
  search: WeightSearch,
): ModelError {
  const what = `weights=${weights} names nothing in the file`
  const members = [...(membersOf(value)?.named() ?? [])]
  if (members.length > 0 && members.every(([, member]) => isTensor(member))) {
    return new ModelError('BAD_QUERY_VALUE', {
      what,
      why: `${path.length === 0 ? 'It' : path.join('.')} is a plain state dict of ${members.length} ${members.length === 1 ? 'tensor' : 'tensors'}, without sets of weights to choose from`,
      next: path.length === 0 ? 'Leave weights out' : `Write weights=${path.join('.')}`,
    })
  }
  const names = members.map(([name]) => name)
  const sets = setsOf(value, search).map(([name]) => name)
  const guess = sets.find((name) => name.includes(rest)) ?? nearest(rest, sets) ?? nearest(rest, names)
  return new ModelError('BAD_QUERY_VALUE', {
    what,
    why: names.length > 0 ? `There is ${names.slice(0, 20).join(', ')}` : undefined,
    next: guess && `Did you mean weights=${weights.slice(0, weights.length - rest.length)}${guess}?`,
  })
}
