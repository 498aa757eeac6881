import { ModelError } from '../../../../errors/index.ts'
import type { ClassStatement, Expression, Statement } from '../../source/index.ts'
import { DICT_CLASS } from '../builtins/dict-class.ts'
import { isObjectClass } from '../builtins/subclasses.ts'
import { applyDecorators } from '../interpreter/functions.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import type { Scope } from '../interpreter/scope.ts'
import { unknownImport } from '../interpreter/unknown-imports.ts'
import { PythonError } from '../python-error.ts'
import { ClassValue, DictValue, NONE, type PyValue, str } from '../values/index.ts'
import { noteClass } from './class-facts.ts'
import { metaclassOf, refuseOwnInstances, refuseOwnMaking, refuseOwnTupleMethods } from './class-protocols.ts'
import { makeMembers, refuseMoreMembers } from './enums.ts'

/** Runs a class body and makes the class of what it bound. */
export function defineClass(i: Interpreter, s: ClassStatement, scope: Scope): PyValue {
  const given = s.bases
    .filter(({ kind }) => kind === 'Positional')
    .map(({ value }) => i.evaluate(value, scope))
  const bases = basesOf(i, s.name, given)
  const metaclass = metaclassOf(i, s, scope)
  const body = scope.child('class')
  i.execute(s.body, body)
  const made = new ClassValue(s.name, bases, body.names, `${scope.module.name}.${s.name}`)
  for (const name of ['__name__', '__qualname__']) made.attributes.set(name, str(s.name))
  made.attributes.set('__module__', str(scope.module.name))
  made.metaclass = metaclass ?? made.metaclass
  made.fields = fieldsOf(s.body, made)
  noteUnbuilt(made, given)
  made.annotations = (inner) => annotationsOf(inner, s.body, body)
  body.made = made
  noteClass(i, made)
  if (made.role === 'namedtuple') refuseOwnTupleMethods(made)
  if (made.role === 'enum') {
    refuseOwnInstances(made)
    refuseMoreMembers(made)
    made.dataType ??= dataTypeOf(given)
    makeMembers(i, made)
  }
  return applyDecorators(i, s.decorators, made, scope)
}

function basesOf(i: Interpreter, name: string, given: readonly PyValue[]): ClassValue[] {
  const bases = given.map((base) => baseClass(base)).filter((base) => base !== undefined)
  // Merging the orders of bases is the square of their length.
  i.session.budget.step(bases.reduce((sum, { mro }) => sum + mro.length, 16) ** 2)
  refuseOwnMaking(name, bases)
  return bases
}

/** `type(name, bases, names)`: a class without a class statement. */
export function classOf(
  i: Interpreter,
  name: string,
  given: readonly PyValue[],
  names: Map<string, PyValue>,
): ClassValue {
  const made = new ClassValue(name, basesOf(i, name, given), names, name)
  if (made.role !== 'object') throw refusedType(made)
  noteUnbuilt(made, given)
  for (const key of ['__name__', '__qualname__']) names.set(key, str(name))
  made.fields = made.mro.slice(1).find(({ fields }) => fields)?.fields
  return made
}

const refusedType = ({ name, role }: ClassValue): ModelError =>
  new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: `The model makes the ${role} ${name} by a call of type()`,
    why: 'Such a class is made of the lines of a class statement here',
    next: 'Write it as a class statement',
  })

/** Types that a class may derive from and be a dict. */
const DICTS = new Set(['dict', 'OrderedDict'])

/** `Generic[T]`, `Protocol` and the like add nothing. An unknown base is kept, to be named when the class is used. */
function baseClass(base: PyValue): ClassValue | undefined {
  if (base.kind === 'class') return isObjectClass(base) ? undefined : base
  if (base.kind === 'type' && DICTS.has(base.name)) return DICT_CLASS
  if (base.kind === 'namespace' && base.isUnknown) return unknownBase(base.name)
  return undefined
}

/** Told when the class is used: a file may hold many that a model does not use. */
function noteUnbuilt(made: ClassValue, given: readonly PyValue[]): void {
  if (made.role !== 'object') return
  const base = given.find((one) => (one.kind === 'type' && UNBUILT.has(one.name)) || one.kind === 'native')
  if (base?.kind === 'type' || base?.kind === 'native') made.unbuilt = base.name
}

const UNBUILT: ReadonlySet<string> = new Set([
  'list',
  'tuple',
  'str',
  'int',
  'float',
  'bool',
  'set',
  'frozenset',
  'bytes',
  'complex',
  'range',
  'slice',
])

/** `str` in `class Mode(str, Enum)` */
const dataTypeOf = (bases: readonly PyValue[]): ClassValue['dataType'] =>
  DATA_TYPES.find((name) => bases.some((base) => base.kind === 'type' && base.name === name))

const DATA_TYPES = ['str', 'int', 'float'] as const

const UNKNOWN = 'unknown import'

const unknownBase = (name: string): ClassValue =>
  new ClassValue(name, [], new Map([[UNKNOWN, str(name)]]), name)

/** The unknown import that a class derives from, if it does. */
export function unknownBaseOf(value: ClassValue): string | undefined {
  const name = value.lookup(UNKNOWN)
  return name?.kind === 'str' ? name.value : undefined
}

/** Under `from __future__ import annotations` they are texts, and an annotation may name what is not known here. */
function annotationsOf(i: Interpreter, body: readonly Statement[], scope: Scope): DictValue {
  const arePostponed = scope.root.names.get('annotations') === NONE
  const found = new DictValue()
  for (const s of body) {
    if (s.kind !== 'AnnAssign' || s.target.kind !== 'Name') continue
    const isRead = !arePostponed || MARKS.has(headOf(s.annotation))
    found.setText(s.target.id, isRead ? annotationOf(i, s.annotation, scope) : unreadAnnotation)
  }
  return found
}

/** What dataclasses look for in the text of an annotation. */
const MARKS: ReadonlySet<string> = new Set(['ClassVar', 'InitVar', 'KW_ONLY'])

function headOf(annotation: Expression): string {
  const head = annotation.kind === 'Subscript' ? annotation.object : annotation
  return head.kind === 'Name' ? head.id : head.kind === 'Attribute' ? head.name : ''
}

function annotationOf(i: Interpreter, annotation: Expression, scope: Scope): PyValue {
  try {
    return i.evaluate(annotation, scope)
  } catch (error) {
    if (error instanceof PythonError) return unreadAnnotation
    throw error
  }
}

const unreadAnnotation: PyValue = unknownImport('the text of an annotation')

/** Annotated names of the body in order, after those of the bases: fields of NamedTuples and dataclasses. */
function fieldsOf(body: readonly Statement[], made: ClassValue): readonly string[] {
  const inherited = made.mro.slice(1).flatMap(({ fields }) => fields ?? [])
  if (made.role === 'namedtuple' && inherited.length > 0) return [...new Set(inherited)]
  const own = body.flatMap((s) => (s.kind === 'AnnAssign' && s.target.kind === 'Name' ? [s.target.id] : []))
  return [...new Set([...inherited, ...own])]
}
