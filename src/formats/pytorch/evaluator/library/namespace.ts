import {
  type NamespaceValue,
  type NativeFunction,
  native,
  type PyValue,
  transparentNative,
} from '../values/index.ts'

/** A library module with a list of the members that are known here. */
export function namespace(name: string, members: Iterable<readonly [string, PyValue]>): NamespaceValue {
  const table = new Map(members)
  return { kind: 'namespace', name, isProvided: true, get: (member) => table.get(member), all: () => table }
}

/** Named functions as members. */
export const functions = (
  table: Readonly<Record<string, NativeFunction['call']>>,
): (readonly [string, PyValue])[] =>
  Object.entries(table).map(([name, call]) => [name, native(name, call)] as const)

/** What logs, warns or measures: it may be called and looked into, and nothing comes of it. */
export const inert = (name: string): NamespaceValue => ({
  kind: 'namespace',
  name,
  isInert: true,
  get: (member) => inert(`${name}.${member}`),
})

/** As `inert`, for what gives values that only a run has: no decision is taken by them. */
export const openInert = (name: string): NamespaceValue => ({
  kind: 'namespace',
  name,
  isInert: true,
  isOpen: true,
  get: (member) => openInert(`${name}.${member}`),
})

/** What decorators are put on, or called with: `torch.compile(model)`. */
const DECORATED: ReadonlySet<PyValue['kind']> = new Set([
  'function',
  'method',
  'native',
  'class',
  'descriptor',
  'instance',
])

/** The members that a model may ask something of, and no effect for all others. */
export function partlyInert(name: string, members: Iterable<readonly [string, PyValue]>): NamespaceValue {
  const table = new Map(members)
  const rest = inert(name)
  return { ...rest, get: (member) => table.get(member) ?? rest.get(member) }
}

/** A decorator, with or without arguments of its own, that leaves a function as it is. */
export const transparent: NativeFunction = transparentNative('decorator', (_, { positional: [target] }) =>
  target && DECORATED.has(target.kind) ? target : transparent,
)
