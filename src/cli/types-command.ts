import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { asModelError, convert } from '../convert/index.ts'
import { ModelError } from '../errors/index.ts'
import type { ProjectTypes } from '../plugin/types/project-types.ts'
import type { CliCommand } from './command.ts'
import { Ended } from './ended.ts'
import { printJson } from './print-json.ts'
import { createProgress } from './progress.ts'
import { terminalStyle } from './style.ts'
import { type TypesReport, typesProse } from './types-prose.ts'

interface TypesOptions {
  readonly dts?: string
  readonly check?: boolean
  readonly json?: boolean
}

export const typesCommand: CliCommand = {
  name: 'types',
  register: (program) => {
    program
      .command('types')
      .description('write the types of the models that a project imports, as the plugin does in a build')
      .argument('[root]', "the project's folder, as Vite knows it", '.')
      .option('--dts <path>', "the file, as in the plugin's option dts (default: src/unplugin-model.d.ts)")
      .option('--check', 'write nothing, and exit with 1 when the file is not current')
      .option('--json', 'print one JSON object on stdout')
      .action(runTypes)
  },
}

async function runTypes(folder: string, { dts, check = false, json }: TypesOptions): Promise<void> {
  const root = await projectFolder(folder)
  // The other commands do not wait for it to load.
  const { projectTypes } = await import('../plugin/types/project-types.ts')
  const progress = createProgress(process.stderr)
  const start = performance.now()
  try {
    const types = await projectTypes({
      root,
      dts,
      check,
      convert: ({ path, query }) => convert({ file: path, query, root, onProgress: progress.update }),
    })
    progress.clear()
    const report = reportOf(types, Math.round(performance.now() - start))
    if (json) printJson(report)
    process.stderr.write(json ? errorLines(report) : typesProse(report, terminalStyle(process.stderr)))
    if (report.errors.length > 0) throw new Ended(1)
  } finally {
    progress.clear()
  }
}

const errorLines = ({ errors }: TypesReport): string => errors.map(({ message }) => `${message}\n`).join('')

async function projectFolder(folder: string): Promise<string> {
  const root = resolve(folder)
  const isFolder = await stat(root).then(
    (stats) => stats.isDirectory(),
    () => false,
  )
  if (isFolder) return root
  throw new ModelError('BAD_CALL', {
    what: `${folder} is no folder`,
    next: "Give the project's folder, the one with its package.json: types .",
  })
}

/** An error names every import that it keeps from having a type. */
function reportOf({ file, state, imports }: ProjectTypes, ms: number): TypesReport {
  const failures = imports.filter(({ error }) => error !== undefined)
  const errors = failures.map(({ error, importer, line, specifier }) => {
    const { code, message } = asModelError(error)
    return { code, message, importer, line, specifier }
  })
  const outdated = new ModelError('TYPES_OUTDATED', {
    what: 'The file is not what the imports of the project give',
    where: { file },
    next: 'Write it, and commit it: npx unplugin-model types',
  })
  const { code, message } = outdated
  return {
    file,
    state,
    imports: imports.map(({ importer, line, specifier, resolved }) => ({
      importer,
      line,
      specifier,
      model: resolved?.id.path ?? null,
    })),
    errors: state === 'outdated' ? [...errors, { code, message }] : errors,
    ms,
  }
}
