import type { Argument, ExportedProgram, TensorRecord } from '../../exported/program/program.ts'
import { leafPaths, type TreeSpec } from '../../exported/program/tree-spec.ts'

/** One of the values that `forward` takes, with nested ones taken apart. */
export interface UserInput {
  /** `ids`, `batch.mask`, `states.0`. */
  readonly name: string
  readonly argument: Argument
  /** What the file records of a tensor. */
  readonly record: TensorRecord | undefined
}

/** The values that a call passes, in the order that the program takes them, under the names that its user knows. */
export function userInputs(program: ExportedProgram): UserInput[] {
  const given = program.inputs.flatMap((input) => (input.role === 'user' ? [input.argument] : []))
  const names = namesOf(program, given)
  return given.map((argument, index) => ({
    name: names[index] ?? `input_${index}`,
    argument,
    record: argument.kind === 'tensor' ? program.graph.tensors.get(argument.name) : undefined,
  }))
}

function namesOf({ inTree, argumentNames }: ExportedProgram, given: readonly Argument[]): string[] {
  const placeholders = given.map((argument) => ('name' in argument ? argument.name : undefined))
  const paths = inTree ? callPaths(inTree) : undefined
  if (paths?.length !== given.length) return unique(placeholders.map(plainName))
  return unique(
    paths.map(({ root, at, path }, index) => {
      const first = root ?? argumentNames?.[at] ?? rootOf(placeholders[index], path)
      return [first, ...path].join('.')
    }),
  )
}

interface CallPath {
  /** A keyword. */
  readonly root: string | undefined
  /** Place among the arguments, keywords behind the others. */
  readonly at: number
  readonly path: readonly string[]
}

/** The tree is `((args…), {kwargs})`; of torch 2.1 `(args…)` alone. */
function callPaths(tree: TreeSpec): CallPath[] {
  if (tree.kind === 'leaf') return []
  const [args, kwargs, third] = tree.children
  const isCall = !third && args?.kind === 'node' && kwargs?.kind === 'node' && kwargs.type === 'dict'
  const positional = isCall ? args.children : tree.children
  const keywords = isCall ? kwargs : undefined
  return [
    ...positional.flatMap((child, at) => pathsOf(child, { root: undefined, at })),
    ...(keywords?.children ?? []).flatMap((child, at) =>
      pathsOf(child, { root: keywords?.keys?.[at], at: positional.length + at }),
    ),
  ]
}

const pathsOf = (tree: TreeSpec, place: Omit<CallPath, 'path'>): CallPath[] =>
  leafPaths(tree).map((path) => ({ ...place, path }))

/** Files up to torch 2.5 have no names of arguments; the placeholder is named by name and path: `batch_mask`. */
function rootOf(placeholder: string | undefined, path: readonly string[]): string {
  const suffix = path.map((part) => `_${part.toLowerCase()}`).join('')
  const name = plainName(placeholder)
  return suffix !== '' && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name
}

/** `l_x_` is x; `arg7_1` counts the weights too, and says nothing. */
function plainName(placeholder: string | undefined): string {
  if (placeholder === undefined || /^arg\d+_\d+$/.test(placeholder)) return 'input'
  return /^l_(\w+)_$/.exec(placeholder)?.[1] ?? placeholder
}

function unique(names: readonly string[]): string[] {
  const used = new Set<string>()
  return names.map((name) => {
    let candidate = name
    for (let count = 1; used.has(candidate); count++) candidate = `${name}_${count}`
    used.add(candidate)
    return candidate
  })
}
