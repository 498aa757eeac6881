import { pythonError } from '../python-error.ts'
import { bool, ClassValue, dictItems, NONE, native, type PyValue, str } from '../values/index.ts'

const NOT_IMPLEMENTED: PyValue = { kind: 'constant', name: 'NotImplemented' }

/** `types.SimpleNamespace(**names)`: an object of those attributes. */
export const SIMPLE_NAMESPACE: ClassValue = new ClassValue('SimpleNamespace', [], new Map<string, PyValue>())

SIMPLE_NAMESPACE.attributes.set(
  '__init__',
  native('__init__', (_, { positional: [self, mapping], keyword }) => {
    if (self?.kind !== 'instance') return NONE
    const given = mapping && dictItems(mapping)
    if (mapping && !given) throw pythonError('TypeError', 'SimpleNamespace() takes a mapping')
    for (const [key, value] of given?.entries() ?? [])
      if (key.kind === 'str') self.attributes.set(key.value, value)
    for (const [name, value] of keyword) self.attributes.set(name, value)
    return NONE
  }),
)
SIMPLE_NAMESPACE.attributes.set(
  '__repr__',
  native('__repr__', (i, { positional: [self] }) => {
    if (self?.kind !== 'instance') return NONE
    const parts = [...self.attributes].map(([name, value]) => `${name}=${i.repr(value)}`)
    return str(`${self.class === SIMPLE_NAMESPACE ? 'namespace' : self.class.name}(${parts.join(', ')})`)
  }),
)
SIMPLE_NAMESPACE.attributes.set(
  '__eq__',
  native('__eq__', (i, { positional: [self, other] }) =>
    self?.kind === 'instance' && other?.kind === 'instance' && other.class.isSubclassOf(SIMPLE_NAMESPACE)
      ? bool(i.equals(i.getAttribute(self, '__dict__'), i.getAttribute(other, '__dict__')))
      : NOT_IMPLEMENTED,
  ),
)
