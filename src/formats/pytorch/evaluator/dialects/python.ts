import { LIBRARY } from '../../architectures/library.ts'
import { ParsedSources, PYTHON, parseSource } from '../../source/index.ts'
import { BUILTINS } from '../builtins/index.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { type ModuleContext, Scope, type SpecialForm } from '../interpreter/scope.ts'
import { unknownImport } from '../interpreter/unknown-imports.ts'
import { MATH } from '../library/math.ts'
import { STANDARD } from '../library/standard.ts'
import { systemModules } from '../library/system.ts'
import { makeTorch } from '../library/torch.ts'
import { DictValue, type NamespaceValue, type PyValue, str } from '../values/index.ts'
import { evaluateText } from './evaluated-text.ts'
import { libraryModule } from './library-module.ts'
import { moduleNameOf, modulePathOf } from './module-path.ts'

/** Other names of the same library module. */
const ALIASES: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^torch\.nn\.(modules|parameter|common_types)(\.\w+)*$/, 'torch.nn'],
  [/^torch\.functional$/, 'torch'],
  [/^torch\.(types|_jit_internal)$/, 'typing'],
]

/** What is called for the names around it. */
const FORMS: ReadonlyMap<string, SpecialForm> = new Map([
  ['locals', (_, __, scope) => namesOf(scope)],
  ['globals', (_, __, scope) => namesOf(scope.root)],
  ['eval', evaluateText],
])

/** A copy: what is written to it changes no name. */
const namesOf = ({ names }: Scope): PyValue =>
  new DictValue([...names].map(([name, value]) => [str(name), value]))

/** Reads another Python file of the model's folder; undefined when there is none. */
export type ReadSource = (path: string) => { readonly file: string; readonly text: string } | undefined

/** Modules of one evaluation: the library's, and the user's files beside the model. Each is run once. */
export class PythonModules {
  readonly #interpreter: Interpreter
  readonly #read: ReadSource
  readonly #sources: ParsedSources
  readonly #loaded = new Map<string, PyValue>()
  readonly #torch: NamespaceValue
  /** `sys.modules`: what is imported so far, and what the program puts there itself. */
  readonly #imported = new DictValue()
  readonly #system = systemModules(this.#imported)
  /** Dotted, in parts: where a script finds what it imports. */
  #entryFolder: readonly string[] = []

  /** @param sources Keeps syntax trees between evaluations of the same files. */
  constructor(interpreter: Interpreter, read: ReadSource, sources = new ParsedSources(parseSource)) {
    this.#interpreter = interpreter
    this.#sources = sources
    this.#read = read
    this.#torch = makeTorch((name) => this.#library(name))
  }

  /** By dotted name; undefined when it is not known. */
  find(name: string): PyValue | undefined {
    const alias = ALIASES.find(([pattern]) => pattern.test(name))
    const known = alias?.[1] ?? name
    if (known === 'torch') return this.#torch
    return STANDARD.get(known) ?? this.#system.get(known) ?? this.#library(known) ?? this.#member(known)
  }

  /**
   * Runs the file that a request names: as with a script of Python's, what lies beside it is found by its bare name.
   *
   * @param path From where imports start, with its ending.
   */
  runEntry(path: string, file: string, text: string): NamespaceValue {
    const name = moduleNameOf(path)
    this.#entryFolder = name.split('.').slice(0, -1)
    return this.run(name, file, text)
  }

  /** Runs a file's text as a module of that name. */
  run(name: string, file: string, text: string): NamespaceValue {
    const context: ModuleContext = {
      file,
      name,
      builtins: this.#defaults(),
      forms: FORMS,
      importModule: (wanted, level) =>
        this.#import(/\b__init__\.py$/.test(file) ? `${name}.` : name, wanted, level),
      isLibrary: false,
    }
    const scope = new Scope('module', context)
    // Never '__main__': what runs under that test is a script's own business.
    for (const [key, value] of Object.entries({ __name__: name, __file__: file }))
      scope.names.set(key, str(value))
    let isRunning = true
    const module: NamespaceValue = {
      kind: 'namespace',
      name,
      get isPartial() {
        return isRunning
      },
      names: scope.names,
      get: (member) => scope.names.get(member) ?? this.#loaded.get(`${name}.${member}`),
      all: () => scope.names,
    }
    this.#loaded.set(name, module)
    this.#imported.set(str(name), module)
    this.#interpreter.session.importing(() =>
      this.#interpreter.execute(this.#sources.tree(text, file, PYTHON).body, scope),
    )
    isRunning = false
    return module
  }

  /** Names that sources cut out of their file (classes embedded in a pickle) rely on without importing them. */
  #defaults(): ReadonlyMap<string, PyValue> {
    return new Map<string, PyValue>([
      ...BUILTINS,
      ['torch', this.#torch],
      ['math', MATH],
      ['nn', this.#lazy('torch.nn')],
      ['F', this.#lazy('torch.nn.functional')],
    ])
  }

  #lazy(name: string): NamespaceValue {
    return {
      kind: 'namespace',
      name,
      get: (member) => {
        const module = this.find(name)
        return module?.kind === 'namespace' ? module.get(member) : undefined
      },
    }
  }

  /** A module that has run, or one of the library's text, which runs now. */
  #library(name: string): PyValue | undefined {
    const loaded = this.#loaded.get(name)
    if (loaded) return loaded
    const text = LIBRARY.get(name)
    if (text === undefined) return undefined
    const module = libraryModule(
      this.#interpreter,
      name,
      text,
      (wanted) => this.find(wanted) ?? unknownImport(wanted),
    )
    const whole: NamespaceValue = {
      ...module,
      get: (member) => module.get(member) ?? this.#submodule(`${name}.${member}`),
    }
    this.#loaded.set(name, whole)
    return whole
  }

  /** `nn.parameter`, `nn.modules.conv`: other places of the same names, seen without an import of their own. */
  #submodule(name: string): PyValue | undefined {
    const found = ALIASES.some(([pattern]) => pattern.test(name)) ? this.find(name) : undefined
    if (found?.kind !== 'namespace') return found
    return {
      ...found,
      name,
      get: (member: string) => found.get(member) ?? this.#submodule(`${name}.${member}`),
    }
  }

  /** `torch.utils.checkpoint`: a member of a module that is known. */
  #member(name: string): PyValue | undefined {
    const [root = '', ...path] = name.split('.')
    if (path.length === 0) return undefined
    let value = this.find(root)
    for (const part of path) {
      if (value?.kind !== 'namespace') return undefined
      value = value.get(part)
    }
    return value?.kind === 'namespace' ? value : undefined
  }

  /** @param from The importing module; a package, whose own files are beside it, ends in a dot. */
  #import(from: string, name: string, level: number): PyValue {
    return (
      (level === 0 ? (this.#imported.get(str(name)) ?? this.#provided(name)) : undefined) ??
      this.#beside(from, name, level) ??
      unknownImport('.'.repeat(level) + name)
    )
  }

  /** A module of the library, noted as imported with those that it is a member of. */
  #provided(name: string): PyValue | undefined {
    const found = this.find(name)
    if (!found) return undefined
    const parts = name.split('.')
    for (const end of parts.keys()) {
      const dotted = parts.slice(0, end + 1).join('.')
      const module = dotted === name ? found : this.find(dotted)
      if (module && !this.#imported.has(str(dotted))) this.#imported.set(str(dotted), module)
    }
    return found
  }

  /** `from .blocks import X`, `import blocks`: a file beside the model or the entry file, or of a package there. */
  #beside(from: string, name: string, level: number): PyValue | undefined {
    const folder = level > 1 ? from.split('.').slice(0, -level) : from.split('.').slice(0, -1)
    const candidates = [[...(level > 0 ? folder : this.#entryFolder), name].join('.'), name]
    for (const candidate of candidates) {
      const known = this.#loaded.get(candidate)
      if (known) return known
      const path = modulePathOf(candidate)
      const source = this.#read(`${path}.py`) ?? this.#read(`${path}/__init__.py`)
      if (source) return this.run(candidate, source.file, source.text)
    }
    return candidates.map((candidate) => this.#folder(candidate)).find(Boolean)
  }

  /** A folder without `__init__.py` of which files are loaded. */
  #folder(name: string): NamespaceValue | undefined {
    if (![...this.#loaded.keys()].some((known) => known.startsWith(`${name}.`))) return undefined
    return {
      kind: 'namespace',
      name,
      get: (member) => this.#loaded.get(`${name}.${member}`) ?? this.#folder(`${name}.${member}`),
    }
  }
}
