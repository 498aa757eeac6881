import { ModelError } from '../errors/index.ts'
import type { CliCommand } from './command.ts'

/** Commands that are documented and that this version does not have, with what serves meanwhile. */
const PLANNED = [
  ['check', "`inspect net.pth` says what a conversion lacks, and `convert 'net.pth?quant=int8'` tries it"],
  ['validate', "`convert 'net.pth?minSqnr=40'` validates its result, and `--json` gives the figures"],
  [
    'build',
    "`convert 'net.pth?quant=int8' -o net.onnx` converts one model, and `types` all that are imported",
  ],
  ['cache', 'the folder is node_modules/.cache/unplugin-model, prunes itself, and may be deleted'],
  ['doctor', '`inspect net.pth` says what a conversion lacks'],
] as const

/** They answer as query keys do that are not built yet, whatever follows them. */
export const plannedCommands: readonly CliCommand[] = PLANNED.map(([name, meanwhile]) => ({
  name,
  register: (program) => {
    program
      .command(name, { hidden: true })
      .helpOption(false)
      .argument('[anything...]')
      .allowUnknownOption()
      .action(() => {
        throw new ModelError('NOT_BUILT_YET', {
          what: `The command ${name} is documented and not built yet`,
          next: `In this version ${meanwhile}`,
        })
      })
  },
}))
