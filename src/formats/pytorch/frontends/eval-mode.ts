import type { Interpreter } from '../evaluator/interpreter/interpreter.ts'
import { childrenOf } from '../evaluator/interpreter/module-members.ts'
import { isOfTorchNn } from '../evaluator/interpreter/overrides.ts'
import { bool, type InstanceValue, positional } from '../evaluator/values/index.ts'

/**
 * What `model.eval()` does once the weights are in place. A class may override `eval` or `train`, to merge low-rank weights
 * or to change what `forward` computes: then it is called, and reaches the parts through their own `train`.
 *
 * @throws ModelError what the overriding code raises, or uses that is not converted.
 */
export function enterEvalMode(i: Interpreter, model: InstanceValue): void {
  const parts = partsOf(model)
  if ([...parts].some(overridesMode)) i.call(i.getAttribute(model, 'eval'), positional())
  else for (const part of parts) part.attributes.set('training', bool(false))
}

const overridesMode = (part: InstanceValue): boolean =>
  ['train', 'eval'].some((name) => part.attributes.has(name) || !isOfTorchNn(part.class, name))

/** The model and all modules below it, each once. */
function partsOf(model: InstanceValue): ReadonlySet<InstanceValue> {
  const found = new Set([model])
  // A set that grows while it is walked is walked to its new end.
  for (const part of found) for (const { child } of childrenOf(part)) found.add(child)
  return found
}
