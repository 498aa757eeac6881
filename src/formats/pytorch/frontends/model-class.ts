import { ModelError, nearest } from '../../../errors/index.ts'
import { isUnknown, unknownUse } from '../evaluator/interpreter/unknown-imports.ts'
import type { ClassValue, FunctionValue, NamespaceValue, PyValue } from '../evaluator/values/index.ts'

/** What makes a model: its class, or a function that returns one. */
export type ModelMaker = ClassValue | FunctionValue

/** Names listed in an error; the rest are counted. */
const MAX_LISTED = 12

/**
 * The class (or function) that `?class=` names; without it, the one class of the file that has a `forward`.
 *
 * @throws ModelError NEEDS_ARCHITECTURE when the file leaves a choice, BAD_QUERY_VALUE when the name is not in it.
 */
export function pickClass(file: NamespaceValue, path: string, wanted: string | undefined): ModelMaker {
  if (wanted === undefined) return onlyModel(file, path)
  const found = [...(file.all?.() ?? [])].find(([name]) => name === wanted)?.[1]
  if (found && isMaker(found)) return found
  if (isUnknown(found)) throw unknownUse(found.name)
  const names = ownMakers(file).map(({ name }) => name)
  const close = nearest(wanted, names)
  throw new ModelError('BAD_QUERY_VALUE', {
    what: `${path} has no class or function ${wanted}`,
    next: `${close ? `Did you mean class=${close}? ` : ''}It has ${listed(names, ', ') || 'none'}`,
  })
}

function onlyModel(file: NamespaceValue, path: string): ModelMaker {
  const makers = ownMakers(file)
  const models = makers.filter((maker) => maker.kind === 'class' && maker.attributes.has('forward'))
  const [only, second] = models
  if (only && !second) return only
  const choices = models.length > 0 ? models : makers
  throw new ModelError('NEEDS_ARCHITECTURE', {
    what: `${path} has ${models.length === 0 ? 'no class' : `${models.length} classes`} with a forward method`,
    next: `Name the one of the whole model${functionsOf(makers)}: ${
      listed(
        choices.map(({ name }) => `class=${name}`),
        ' or ',
      ) || 'class=Net'
    }`,
  })
}

/** `, or a function that makes it (resnet18, resnet34)`: papers' code often names its sizes by functions. */
function functionsOf(makers: readonly ModelMaker[]): string {
  const names = makers.flatMap((maker) => (maker.kind === 'function' ? [maker.name] : []))
  return names.length === 0 ? '' : `, or a function that makes it (${listed(names, ', ')})`
}

/** Classes and functions that the file itself defines, imports left aside. */
const ownMakers = (file: NamespaceValue): readonly ModelMaker[] =>
  [...(file.all?.() ?? [])].flatMap(([, value]) => (isMaker(value) && isOwn(file, value) ? [value] : []))

const isMaker = (value: PyValue): value is ModelMaker => value.kind === 'class' || value.kind === 'function'

const isOwn = ({ name }: NamespaceValue, value: ModelMaker): boolean =>
  value.kind === 'class'
    ? value.qualifiedName.startsWith(`${name}.`)
    : value.scope.module.name === name && !value.name.startsWith('<')

function listed(names: readonly string[], separator: string): string {
  const shown = names.slice(0, MAX_LISTED).join(separator)
  return names.length > MAX_LISTED ? `${shown} and ${names.length - MAX_LISTED} more` : shown
}
