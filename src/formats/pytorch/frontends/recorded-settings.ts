import { ModelError } from '../../../errors/index.ts'
import type { StateDict } from '../container/index.ts'
import { childrenOf } from '../evaluator/classes/module-members.ts'
import type { Interpreter } from '../evaluator/interpreter/interpreter.ts'
import { repr } from '../evaluator/text/formatting.ts'
import type { ClassValue, InstanceValue, PyValue } from '../evaluator/values/index.ts'
import type { PickleValue } from '../pickle/index.ts'
import { plainValueOf, samePlainValue } from './recorded-values.ts'

/** Differences listed in an error; the rest are counted. */
const MAX_LISTED = 6

/** What torch.nn's layers keep and only training reads. */
const OF_TRAINING = new Set(['p', 'momentum', 'inplace', 'dropout', 'training', 'num_batches_tracked'])

/**
 * Holds the attributes of a whole pickled model (numbers, texts, tuples) against those of the model that the source and
 * `args=` made: the file's model computes with its own.
 *
 * @throws ModelError WEIGHTS_MISMATCH naming those that differ.
 */
export function checkPickledSettings(i: Interpreter, model: InstanceValue, { settings }: StateDict): void {
  if (settings.size === 0) return
  const differing = differencesOf(i, model, '', settings)
  if (differing.length === 0) return
  const more = differing.length > MAX_LISTED ? ` and ${differing.length - MAX_LISTED} more` : ''
  throw new ModelError('WEIGHTS_MISMATCH', {
    what: `The pickled model has other settings than the one that arch= makes: ${differing.slice(0, MAX_LISTED).join('; ')}${more}`,
    why: 'Weights fit either, and the results would differ',
    next: 'Give the arguments that the model was made with as args={"name":value}; where they only count its training, save model.state_dict() instead',
  })
}

function differencesOf(
  i: Interpreter,
  module: InstanceValue,
  path: string,
  settings: StateDict['settings'],
): string[] {
  const isLayer = module.class.mro.some(isLayerClass)
  const own = [...(settings.get(path) ?? [])].flatMap(([name, value]) => {
    const built = module.attributes.get(name)
    const saved = plainValueOf(value)
    if (!built || !saved || name.startsWith('_') || name === 'training') return []
    if (isLayer ? sameForLayer(name, saved, built) : samePlainValue(saved, built) !== false) return []
    const spelled = path === '' ? name : `${path}.${name}`
    return [`${spelled} is ${repr(i, saved)} in the file, and ${repr(i, built)} as arch= makes it`]
  })
  const below = childrenOf(module).flatMap(({ name, child }) =>
    differencesOf(i, child, path === '' ? name : `${path}.${name}`, settings),
  )
  return [...own, ...below]
}

const isLayerClass = ({ qualifiedName }: ClassValue): boolean =>
  qualifiedName.startsWith('torch.nn.') && qualifiedName !== 'torch.nn.Module'

/** torch.nn keeps some settings as pairs that are given as one number, and some as None that its layers never read. */
function sameForLayer(name: string, saved: PyValue, built: PyValue): boolean {
  if (OF_TRAINING.has(name) || saved.kind === 'none' || built.kind === 'none') return true
  return samePlainValue(saved, built) !== false || isSpread(saved, built) || isSpread(built, saved)
}

const isSpread = (many: PyValue, one: PyValue): boolean =>
  (many.kind === 'tuple' || many.kind === 'list') &&
  many.items.length > 0 &&
  many.items.every((item) => samePlainValue(item, one) === true)

/** The settings that Lightning records in a checkpoint, as Python values. */
export function hyperParametersOf({ beside }: StateDict): ReadonlyMap<string, PyValue> {
  const recorded = beside.get('hyper_parameters')
  const entries = recorded?.kind === 'object' ? recorded.entries : recorded
  const named: Iterable<readonly [string, PickleValue]> = entries?.kind === 'dict' ? entries.named() : []
  return new Map(
    [...named].flatMap(([name, value]) => {
      const plain = plainValueOf(value)
      return plain ? [[name, plain] as const] : []
    }),
  )
}
