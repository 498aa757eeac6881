import { ParsedSources, PYTHON, parseSource } from '../../source/index.ts'
import { BUILTINS } from '../builtins/index.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { type ModuleContext, Scope } from '../interpreter/scope.ts'
import { NN_PRIMITIVES } from '../library/nn-primitives.ts'
import type { NamespaceValue, PyValue } from '../values/index.ts'

/** The library's text never changes: what is parsed of it is parsed once a process. */
const PARSED = new ParsedSources(parseSource)

/** A module's text by what it defines; imports come first. */
interface Definitions {
  readonly head: string
  readonly byName: ReadonlyMap<string, string>
}

const KNOWN = new Map<string, Definitions>()

/** A line at the margin begins a statement: `class X(…)`, `def x(…)`, `x = …`. */
const STATEMENT = /^(?=[A-Za-z_])/m
const DEFINED = /^(?:class|def)\s+(\w+)|^(\w+)\s*=/

function definitionsOf(name: string, text: string): Definitions {
  const known = KNOWN.get(name)
  if (known) return known
  const byName = new Map<string, string>()
  const head: string[] = []
  for (const statement of text.split(STATEMENT)) {
    const [, definition, assigned] = DEFINED.exec(statement) ?? []
    const defined = definition ?? assigned
    if (defined === undefined) head.push(statement)
    else byName.set(defined, statement)
  }
  const definitions = { head: head.join(''), byName }
  KNOWN.set(name, definitions)
  return definitions
}

/**
 * A module of the library's text. A definition is parsed and run when its name is first looked up, by a model or by
 * another definition: a model uses a few of many.
 */
export function libraryModule(
  i: Interpreter,
  name: string,
  text: string,
  importModule: ModuleContext['importModule'],
): NamespaceValue {
  const { head, byName } = definitionsOf(name, text)
  const file = `${name.replaceAll('.', '/')}.py`
  const run = (part: string, source: string): void => {
    const { body } = PARSED.tree(source, `${file}#${part}`, PYTHON)
    i.session.importing(() => i.execute(body, scope))
  }
  const pending = new Map(byName)
  const define = (wanted: string): PyValue | undefined => {
    const source = pending.get(wanted)
    // Taken out first: a definition that mentions itself finds nothing yet, as in Python.
    if (source !== undefined && pending.delete(wanted)) run(wanted, source)
    return scope.names.get(wanted)
  }
  const builtins = { get: (wanted: string) => define(wanted) ?? BUILTINS.get(wanted) }
  const scope = new Scope('module', { file, name, builtins, forms: new Map(), importModule, isLibrary: true })
  for (const [member, value] of NN_PRIMITIVES) scope.names.set(member, value)
  run('', head)
  return {
    kind: 'namespace',
    name,
    isProvided: true,
    get: (member) => scope.names.get(member) ?? define(member),
    all: () => {
      for (const wanted of pending.keys()) define(wanted)
      return scope.names
    },
  }
}
