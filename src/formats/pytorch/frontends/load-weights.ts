import { ModelError } from '../../../errors/index.ts'
import { tensorType } from '../../../graph/index.ts'
import type { StateDict } from '../container/index.ts'
import { type NamedTensor, stateOf } from '../evaluator/classes/module-members.ts'
import { type InstanceValue, positional, type TensorHandle } from '../evaluator/values/index.ts'
import { isCounter } from '../evaluator/weight-loading.ts'
import type { Evaluation } from './evaluation.ts'
import { hasOwnLoading, refuseExtraState } from './own-loading.ts'
import { pythonStateDict } from './python-state-dict.ts'
import { WeightLoader } from './weight-loader.ts'
import { listed } from './weights-mismatch.ts'
import { withOwnPrefix } from './wrapper-prefix.ts'

/**
 * Fills a model's parameters and buffers from a state dict, by name, strictly: every name must be there, with its shape.
 * A model with loading of its own (hooks, an overridden `_load_from_state_dict` or `load_state_dict`) loads itself, as
 * `model.load_state_dict(state_dict)` in a script of the user's would.
 *
 * @throws ModelError WEIGHTS_MISMATCH naming what is missing, unexpected, or of another shape, with the nearest names; what
 * the model's own loading raises.
 */
export function loadWeights(evaluation: Evaluation, model: InstanceValue, found: StateDict): void {
  refuseExtraState(model)
  const state = stateOf(model)
  const wanted = new Set(state.map(({ name }) => name))
  const weights = withOwnPrefix(found, wanted)
  const loader = new WeightLoader(evaluation.session, weights, wanted)
  if (hasOwnLoading(model)) loadItself(evaluation, model, weights, loader, state)
  else fillByName(state, weights, loader)
}

function fillByName(state: readonly NamedTensor[], { tensors }: StateDict, loader: WeightLoader): void {
  const wanted = new Map(state.map(({ name, value }) => [name, value]))
  const isNeeded = (name: string): boolean => !isCounter(name)
  const missing = [...wanted.keys()].filter((name) => !tensors.has(name) && isNeeded(name))
  const unexpected = [...tensors.keys()].filter((name) => !wanted.has(name) && isNeeded(name))
  const messages: string[] = []
  for (const [name, handle] of wanted) {
    const tensor = tensors.get(name)
    const message = tensor && loader.fill(handle, tensor, name)
    if (message !== undefined) messages.push(message)
  }
  if (missing.length > 0 || unexpected.length > 0)
    throw loader.mismatch({ missing, unexpected, messages: [] })
  if (messages.length > 0) throw loader.mismatch({ missing, unexpected, messages })
}

function loadItself(
  { session, interpreter }: Evaluation,
  model: InstanceValue,
  weights: StateDict,
  loader: WeightLoader,
  constructed: readonly NamedTensor[],
): void {
  const before = new Map(constructed.map(({ value }) => [value, value.version]))
  session.loading = loader
  try {
    const load = interpreter.getAttribute(model, 'load_state_dict')
    interpreter.call(load, positional(pythonStateDict(model, weights, loader)))
  } finally {
    session.loading = undefined
  }
  const unfilled = stateOf(model).filter(
    ({ value }) => value.isParameter && before.get(value) === value.version,
  )
  for (const { name, value } of unfilled) refuseReading(value, name, model, unfilled)
}

/** A parameter that the model's loading left as constructed: mostly random numbers, and never drawn here. */
function refuseReading(
  parameter: TensorHandle,
  name: string,
  model: InstanceValue,
  unfilled: readonly NamedTensor[],
): void {
  parameter.fill({
    type: tensorType(parameter.dtype, parameter.dims),
    make: () => {
      throw new ModelError('WEIGHTS_MISMATCH', {
        what: `${model.class.name} computes with ${name}, which its own way of loading weights left unfilled`,
        why: `PyTorch would keep what the constructor drew; so for ${listed(unfilled.map((one) => one.name))}`,
        next: 'Let _load_from_state_dict call super(), or save weights that have these',
      })
    },
  })
}
