import { ModelError } from '../../../errors/index.ts'
import { modulesOf } from '../evaluator/classes/module-members.ts'
import { isOfTorchNn } from '../evaluator/classes/overrides.ts'
import type { FunctionValue, InstanceValue } from '../evaluator/values/index.ts'
import type { Statement } from '../source/index.ts'

/** Where `nn.Module` keeps the hooks that loading runs. */
const HOOKS = ['_load_state_dict_pre_hooks', '_load_state_dict_post_hooks']

/** Whether loading runs any code of the model's: then names and tensors are what that code makes of the file's. */
export const hasOwnLoading = (model: InstanceValue): boolean =>
  overrides(model, 'load_state_dict') ||
  [...modulesOf(model)].some(
    (part) => overrides(part, '_load_from_state_dict') || HOOKS.some((hooks) => part.attributes.has(hooks)),
  )

const overrides = (part: InstanceValue, name: string): boolean =>
  part.attributes.has(name) || !isOfTorchNn(part.class, name)

/**
 * Extra state is no tensor, and is not read from files: a part that would do something with it is refused.
 *
 * @throws ModelError UNSUPPORTED_CONSTRUCT naming the class, the method and its line.
 */
export function refuseExtraState(model: InstanceValue): void {
  for (const part of modulesOf(model)) {
    if (!overrides(part, 'set_extra_state')) continue
    const found = part.attributes.get('set_extra_state') ?? part.class.lookup('set_extra_state')
    const method = found?.kind === 'function' ? found : undefined
    if (method && isInert(method)) continue
    throw new ModelError('UNSUPPORTED_CONSTRUCT', {
      what: `${part.class.name} overrides set_extra_state`,
      where: method && { file: method.at.file, line: method.at.line },
      why: 'It keeps more than tensors with the weights, which is not read',
      next: 'Trace the model with torch.jit.trace once its weights are loaded',
    })
  }
}

function isInert({ body, isGenerator }: FunctionValue): boolean {
  if (isGenerator || !Array.isArray(body)) return false
  const statements: readonly Statement[] = body
  return statements.every(doesNothing)
}

const doesNothing = (s: Statement): boolean =>
  s.kind === 'Pass' || (s.kind === 'Expr' && s.value.kind === 'Str')
