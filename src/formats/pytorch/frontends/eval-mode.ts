import { modulesOf } from '../evaluator/classes/module-members.ts'
import { isOfTorchNn } from '../evaluator/classes/overrides.ts'
import type { Interpreter } from '../evaluator/interpreter/interpreter.ts'
import { bool, type InstanceValue, positional } from '../evaluator/values/index.ts'

/**
 * What `model.eval()` does once the weights are in place. A class may override `eval` or `train`, to merge low-rank weights
 * or to change what `forward` computes: then it is called, and reaches the parts through their own `train`.
 *
 * @throws ModelError what the overriding code raises, or uses that is not converted.
 */
export function enterEvalMode(i: Interpreter, model: InstanceValue): void {
  const parts = modulesOf(model)
  if ([...parts].some(overridesMode)) i.call(i.getAttribute(model, 'eval'), positional())
  else for (const part of parts) part.attributes.set('training', bool(false))
}

const overridesMode = (part: InstanceValue): boolean =>
  ['train', 'eval'].some((name) => part.attributes.has(name) || !isOfTorchNn(part.class, name))
