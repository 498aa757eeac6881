import { pythonError } from '../python-error.ts'
import {
  bool,
  ClassValue,
  type ConstantValue,
  DictValue,
  type FunctionValue,
  InstanceValue,
  type NamespaceValue,
  NONE,
  type PyValue,
  str,
  typeName,
} from '../values/index.ts'
import { functions, partlyInert } from './namespace.ts'

const constant = (name: string): ConstantValue => ({ kind: 'constant', name })

/** `inspect.Parameter`'s names for the kinds of a parameter. */
const KINDS: Readonly<Record<FunctionValue['parameters'][number]['kind'], string>> = {
  positionalOnly: 'POSITIONAL_ONLY',
  positional: 'POSITIONAL_OR_KEYWORD',
  keywordOnly: 'KEYWORD_ONLY',
  star: 'VAR_POSITIONAL',
  doubleStar: 'VAR_KEYWORD',
}

const EMPTY = constant('empty')
const PARAMETER = new ClassValue(
  'Parameter',
  [],
  new Map<string, PyValue>([
    ...Object.values(KINDS).map((name) => [name, constant(name)] as const),
    ['empty', EMPTY],
  ]),
)
const SIGNATURE = new ClassValue('Signature', [], new Map([['empty', EMPTY]]))

/** The function that a call reaches, behind `functools.wraps`, methods and constructors. */
function functionOf(value: PyValue | undefined): FunctionValue | undefined {
  switch (value?.kind) {
    case 'function':
      return value.wraps ?? value
    case 'method':
      return functionOf(value.callee)
    case 'class':
      return functionOf(value.lookup('__init__'))
    default:
      return undefined
  }
}

/** `inspect.signature(f)`: its `parameters` by name, each with kind and default. */
function signature(value: PyValue | undefined): PyValue {
  const f = functionOf(value)
  if (!f) throw pythonError('TypeError', `${value ? typeName(value) : 'nothing'} has no signature`)
  const isBound = value?.kind === 'method' || value?.kind === 'class'
  const parameters = f.parameters.slice(isBound ? 1 : 0).map(({ name, kind }): [PyValue, PyValue] => [
    str(name),
    new InstanceValue(
      PARAMETER,
      new Map<string, PyValue>([
        ['name', str(name)],
        ['kind', constant(KINDS[kind])],
        ['default', f.defaults.get(name) ?? EMPTY],
      ]),
    ),
  ])
  return new InstanceValue(SIGNATURE, new Map([['parameters', new DictValue(parameters)]]))
}

/** Python's `inspect`, as far as factories use it to pass on the keywords that a constructor takes. */
export const INSPECT: NamespaceValue = partlyInert('inspect', [
  ['Parameter', PARAMETER],
  ['Signature', SIGNATURE],
  ...functions({
    signature: (_, { positional: [value] }) => signature(value),
    isclass: (_, { positional: [value = NONE] }) => bool(value.kind === 'class'),
    isfunction: (_, { positional: [value = NONE] }) => bool(value.kind === 'function'),
    ismethod: (_, { positional: [value = NONE] }) => bool(value.kind === 'method'),
  }),
])
