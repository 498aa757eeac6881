import type { CodeFile } from '../../container/index.ts'
import {
  type CallExpression,
  type Expression,
  ParsedSources,
  parseSource,
  type Statement,
  TORCHSCRIPT,
} from '../../source/index.ts'
import { BUILTINS } from '../builtins/index.ts'
import { isInstance } from '../builtins/type-checks.ts'
import { NAMED_TUPLE } from '../classes/named-tuple-classes.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { operatorFunction } from '../interpreter/operators.ts'
import { type ModuleContext, Scope, type SpecialForm } from '../interpreter/scope.ts'
import { unknownImport } from '../interpreter/unknown-imports.ts'
import { ENUM, typeNamed } from '../library/typing.ts'
import { bool, ClassValue, type NamespaceValue, NONE, type PyValue } from '../values/index.ts'

/** The code of a TorchScript archive: files are parsed and run when a name in them is first looked up. */
export class TorchScriptCode {
  readonly #interpreter: Interpreter
  readonly #files: ReadonlyMap<string, CodeFile>
  readonly #sources: ParsedSources
  readonly #scopes = new Map<string, Scope>()
  readonly #builtins: ReadonlyMap<string, PyValue>

  /**
   * @param constant `CONSTANTS.c0` by its number.
   * @param sources Keeps syntax trees between evaluations of the same files.
   */
  constructor(
    interpreter: Interpreter,
    files: ReadonlyMap<string, CodeFile>,
    constant: (index: number) => PyValue | undefined,
    sources = new ParsedSources(parseSource),
  ) {
    this.#sources = sources
    this.#interpreter = interpreter
    interpreter.session.hasInt64s = true
    this.#files = files
    this.#builtins = new Map<string, PyValue>([
      ...BUILTINS,
      ...TYPES,
      ['torch', operatorsOf('torch', (name) => name)],
      ['ops', OPS],
      ['CONSTANTS', constants(constant)],
      ['__torch__', this.#namespace('__torch__')],
    ])
  }

  /** A class or function by its qualified name: `__torch__.torch.nn.modules.conv.Conv2d`. */
  find(qualifiedName: string): PyValue | undefined {
    const dot = qualifiedName.lastIndexOf('.')
    return this.#scope(qualifiedName.slice(0, dot))?.names.get(qualifiedName.slice(dot + 1))
  }

  /** A prefix of qualified names: files and folders of `code/` share them. */
  #namespace(path: string): NamespaceValue {
    return {
      kind: 'namespace',
      name: path,
      get: (name) => this.#scope(path)?.names.get(name) ?? this.#namespace(`${path}.${name}`),
    }
  }

  #scope(path: string): Scope | undefined {
    const known = this.#scopes.get(path)
    if (known) return known
    const file = this.#files.get(`${path.replaceAll('.', '/')}.py`)
    if (!file) return undefined
    const scope = new Scope('module', this.#context(path, file))
    this.#scopes.set(path, scope)
    const { body } = this.#sources.tree(file.text, file.path, TORCHSCRIPT)
    this.#interpreter.execute(body.map(withoutAnnotations), scope)
    return scope
  }

  #context(name: string, file: CodeFile): ModuleContext {
    return {
      file: file.path,
      name,
      builtins: this.#builtins,
      forms: FORMS,
      importModule: unknownImport,
      isLibrary: false,
    }
  }
}

/** `__annotations__["0"] = T` only names a type, of an attribute whose name is no identifier. */
function withoutAnnotations(s: Statement): Statement {
  if (s.kind !== 'Class') return s
  return { ...s, body: s.body.filter((inner) => !isAnnotation(inner)) }
}

function isAnnotation(s: Statement): boolean {
  const target = s.kind === 'Assign' ? s.targets[0] : undefined
  return (
    target?.kind === 'Subscript' && target.object.kind === 'Name' && target.object.id === '__annotations__'
  )
}

const operatorsOf = (name: string, spell: (member: string) => string): NamespaceValue => ({
  kind: 'namespace',
  name,
  get: (member) => operatorFunction(spell(member)),
})

/** `ops.prim.NumToTensor`, `ops.torchvision.nms`; `ops.aten.x` is `torch.x`. */
const OPS: NamespaceValue = {
  kind: 'namespace',
  name: 'ops',
  get: (space) => operatorsOf(`ops.${space}`, (name) => (space === 'aten' ? name : `${space}.${name}`)),
}

const constants = (constant: (index: number) => PyValue | undefined): NamespaceValue => ({
  kind: 'namespace',
  name: 'CONSTANTS',
  get: (name) => (/^c\d{1,9}$/.test(name) ? constant(Number(name.slice(1))) : undefined),
})

const TYPES: readonly (readonly [string, PyValue])[] = [
  ...[
    'Tensor',
    'List',
    'Dict',
    'Tuple',
    'Optional',
    'Union',
    'Any',
    'NoneType',
    'number',
    'Device',
    'Future',
  ].map((name) => [name, typeNamed(name)] as const),
  ['Module', new ClassValue('Module')],
  ['Interface', new ClassValue('Interface')],
  ['ModuleInterface', new ClassValue('ModuleInterface')],
  ['NamedTuple', NAMED_TUPLE],
  ['Enum', ENUM],
]

function argument(call: CallExpression, index: number): Expression | undefined {
  return call.args[index]?.value
}

/** `annotate(T, value)`: the value. */
const second: SpecialForm = (i, call, scope) => {
  const value = argument(call, 1)
  return value ? i.evaluate(value, scope) : NONE
}

/** Calls whose first argument is a type, which is syntax and not evaluated. */
const FORMS: ReadonlyMap<string, SpecialForm> = new Map<string, SpecialForm>([
  ['annotate', second],
  ['unchecked_cast', second],
  ['uninitialized', () => ({ kind: 'constant', name: 'uninitialized' })],
  [
    'isinstance',
    (i, call, scope) => {
      const [value, type] = [argument(call, 0), argument(call, 1)]
      if (!value || !type) return bool(false)
      return bool(isInstance(i, i.evaluate(value, scope), i.evaluate(type, scope)))
    },
  ],
  // fork and wait run inline: a graph has no threads.
  ['fork', (i, call, scope) => forked(i, call, scope)],
  ['wait', (i, call, scope) => (argument(call, 0) ? i.evaluate(argument(call, 0) ?? call, scope) : NONE)],
])

function forked(i: Interpreter, call: CallExpression, scope: Scope): PyValue {
  const [callee = NONE, ...values] = call.args.map(({ value }) => i.evaluate(value, scope))
  return i.call(callee, { positional: values, keyword: new Map() })
}
