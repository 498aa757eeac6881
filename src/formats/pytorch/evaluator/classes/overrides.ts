import type { ClassValue } from '../values/index.ts'

/** Whether a class has a method as torch.nn wrote it, or has none of that name: the user's source does not override it. */
export function isOfTorchNn(of: ClassValue, name: string): boolean {
  const found = of.lookup(name)
  return (
    found === undefined || (found.kind === 'function' && /^torch\.nn(\.|$)/.test(found.scope.module.name))
  )
}
