import { pythonError } from '../python-error.ts'
import type { NamespaceValue, PyValue } from '../values/index.ts'
import { inert } from './namespace.ts'

/** What `torch.autograd` takes from the module that defines it. */
const OF_FUNCTION: ReadonlySet<string> = new Set(['Function', 'FunctionCtx'])

/** `torch.autograd.Variable(x)` is `x`, and every tensor is one. */
const VARIABLE: PyValue = {
  kind: 'type',
  name: 'Tensor',
  args: [],
  call: (_, { positional: [data], keyword }) => {
    const value = data ?? keyword.get('data')
    if (value?.kind === 'tensor' || value?.kind === 'opaque') return value
    throw pythonError('TypeError', 'Variable data has to be a tensor')
  },
}

/** `torch.autograd`: functions of a model's own compute what their `forward` does; nothing else has an effect. */
export function makeAutograd(submodule: (name: string) => PyValue | undefined): NamespaceValue {
  const rest = inert('torch.autograd')
  const ownFunction = (): PyValue | undefined => submodule('torch.autograd.function')
  const member = (name: string): PyValue | undefined => {
    if (name === 'function') return ownFunction()
    if (name === 'Variable') return VARIABLE
    const defined = OF_FUNCTION.has(name) ? ownFunction() : undefined
    return defined?.kind === 'namespace' ? defined.get(name) : rest.get(name)
  }
  return { ...rest, get: member }
}
