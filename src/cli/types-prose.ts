import type { ProjectTypes } from '../plugin/types/project-types.ts'
import { durationText } from './duration-text.ts'
import { shownPath } from './shown-path.ts'
import type { Style } from './style.ts'

interface ImportPlace {
  /** Absolute. */
  readonly importer: string
  readonly line: number
  readonly specifier: string
}

/** Exactly what `types --json` prints. */
export interface TypesReport extends Pick<ProjectTypes, 'file' | 'state'> {
  /** `model`: absolute; null where only the host's configuration can tell it, and nothing was written for it. */
  readonly imports: readonly (ImportPlace & { readonly model: string | null })[]
  /** With the import that has no type for it, where it is one. */
  readonly errors: readonly (Partial<ImportPlace> & { readonly code: string; readonly message: string })[]
  readonly ms: number
}

/** What was done, for people. Ends in a newline. */
export function typesProse(report: TypesReport, style: Style): string {
  const unresolved = report.imports.filter(({ model }) => model === null)
  const lines = [
    heading(report, style),
    ...unresolved.map(
      (each) =>
        `  ${style.yellow('warning')}  ${place(each)}: only the bundler knows this alias. Build once, or add it to the paths of tsconfig.json`,
    ),
    ...report.errors.flatMap(({ message, importer, line, specifier }) => [
      message,
      ...(importer === undefined || line === undefined || specifier === undefined
        ? []
        : [`  imported in ${place({ importer, line, specifier })}`]),
    ]),
  ]
  return `${lines.join('\n')}\n`
}

function heading({ file, state, imports, errors, ms }: TypesReport, style: Style): string {
  if (imports.length === 0) return `${style.green('✓')} No source imports a model`
  const models = new Set(imports.flatMap(({ model }) => model ?? [])).size
  const told = { written: 'written', current: 'is current', outdated: 'is not current' }[state]
  const whole = `${count(imports.length, 'import')} of ${count(models, 'model')}`
  const outcome = `${shownPath(file)} ${told}`
  const took = durationText(ms)
  const failed = errors.filter(({ importer }) => importer !== undefined).length
  if (failed > 0)
    return `${style.yellow('✗')} No types for ${failed} of ${whole}; ${outcome} for the rest, ${took}`
  const mark = errors.length === 0 ? style.green('✓') : style.yellow('!')
  return `${mark} ${outcome}: ${whole}, ${took}`
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`

const place = ({ importer, line, specifier }: ImportPlace): string =>
  `${shownPath(importer)}:${line} as '${specifier}'`
