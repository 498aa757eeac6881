import { ModelError } from '../../../errors/index.ts'

/** A type of ATen's schema language, as far as choosing an overload needs it. */
export interface ParameterType {
  /** `Tensor`, `Scalar`, `int`, `float`, `bool`, `str`, `ScalarType`, `Device` … */
  readonly base: string
  readonly isList: boolean
  /** Under `isList`, the length that a lone value is repeated to: `int[2]` takes `3` for `[3, 3]`. */
  readonly length: number | undefined
  /** `T?`: None is taken. */
  readonly isOptional: boolean
  /** `Tensor?[]`: elements may be None. */
  readonly hasOptionalElements: boolean
}

export interface SchemaParameter {
  readonly name: string
  readonly type: ParameterType
  /** Source text of the default; undefined when the argument is required. */
  readonly defaultText: string | undefined
  readonly isKeywordOnly: boolean
}

/** One overload of an operator. */
export interface Schema {
  /** The line it is written as. */
  readonly text: string
  readonly parameters: readonly SchemaParameter[]
}

/** What most factories end with; tables write `@options` for it. */
const OPTIONS = 'ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None'

/**
 * An overload from its line, as `torch` prints it without annotations and result:
 * `conv2d.padding(Tensor input, Tensor weight, Tensor? bias=None, int[2] stride=1, str padding="valid")`.
 */
export function parseSchema(line: string): Schema {
  const text = line.replace('@options', OPTIONS)
  const [, list] = /^(?:\w+::)?[\w.]+\((.*)\)$/.exec(text) ?? []
  if (list === undefined) throw new ModelError('INTERNAL', { what: `Not an operator schema: ${line}` })
  let isKeywordOnly = false
  const parameters: SchemaParameter[] = []
  for (const part of splitParameters(list)) {
    if (part === '*') isKeywordOnly = true
    else parameters.push(parseParameter(part, isKeywordOnly))
  }
  return { text, parameters }
}

/** Splits at commas outside of brackets. */
function splitParameters(list: string): string[] {
  return list
    .split(/,\s*(?![^[]*\])/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function parseParameter(text: string, isKeywordOnly: boolean): SchemaParameter {
  const [, type, name, defaultText] = /^(\S+) (\w+)(?:=(.*))?$/s.exec(text) ?? []
  if (type === undefined || name === undefined) {
    throw new ModelError('INTERNAL', { what: `Not a schema parameter: ${text}` })
  }
  return { name, type: parseType(type), defaultText, isKeywordOnly }
}

function parseType(text: string): ParameterType {
  const [, base = text, element, list, length, optional] = /^(\w+)(\?)?(\[(\d*)\])?(\?)?$/.exec(text) ?? []
  const isList = list !== undefined
  return {
    base,
    isList,
    length: length ? Number(length) : undefined,
    isOptional: isList ? optional !== undefined : element !== undefined || optional !== undefined,
    hasOptionalElements: isList && element !== undefined,
  }
}

/** Overloads by operator name (`torchvision.nms` of `torchvision::nms`), from tables of lines; a line is parsed when its operator is first called. */
export class SchemaTable {
  readonly #lines = new Map<string, string[]>()
  readonly #parsed = new Map<string, readonly Schema[]>()

  constructor(tables: readonly string[]) {
    for (const line of tables.flatMap((table) => table.trim().split('\n'))) {
      const name = (/^(?:\w+::)?\w+/.exec(line)?.[0] ?? '').replace('::', '.')
      const lines = this.#lines.get(name)
      if (lines) lines.push(line)
      else this.#lines.set(name, [line])
    }
  }

  get names(): IterableIterator<string> {
    return this.#lines.keys()
  }

  has(name: string): boolean {
    return this.#lines.has(name)
  }

  overloads(name: string): readonly Schema[] {
    const known = this.#parsed.get(name)
    if (known) return known
    const parsed = (this.#lines.get(name) ?? []).map(parseSchema)
    this.#parsed.set(name, parsed)
    return parsed
  }
}
