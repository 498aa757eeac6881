import { Command, CommanderError } from 'commander'
import { toolVersion } from '../convert/index.ts'
import { ModelError } from '../errors/index.ts'
import { convertCommand } from './convert-command.ts'
import { Ended } from './ended.ts'
import { inspectCommand } from './inspect-command.ts'
import { printError } from './print-error.ts'
import { queryFlag } from './query-flag.ts'
import { typesCommand } from './types-command.ts'

const PROGRAM = 'unplugin-model'

/** Every command, one file each. */
const COMMANDS = [convertCommand, inspectCommand, typesCommand]

/**
 * Runs one command line, without `node` and the script's name.
 *
 * @returns the exit status: 0 done, 1 the model cannot be converted or is over budget, 2 the call is wrong.
 */
export async function runCli(argv: readonly string[]): Promise<number> {
  try {
    await program().parseAsync([...argv], { from: 'user' })
    return 0
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0
    if (thrown instanceof Ended) return thrown.status
    const error = thrown instanceof CommanderError ? badCall(thrown, argv) : thrown
    return printError(error, { json: argv.includes('--json') })
  }
}

function program(): Command {
  const root = new Command(PROGRAM)
    .description('Converts AI models for the browser: PyTorch and ONNX files to ONNX, without Python.')
    .version(toolVersion())
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .showSuggestionAfterError()
  for (const { register } of COMMANDS) register(root)
  return root
}

/** commander's own message, which names the option and the nearest one, as an error of ours. */
function badCall({ code, message }: CommanderError, argv: readonly string[]): ModelError {
  const help = `See ${PROGRAM} --help`
  if (code === 'commander.help') {
    const names = COMMANDS.map(({ name }) => name).join(', ')
    return new ModelError('BAD_CALL', { what: 'No command is given', next: `Commands are ${names}. ${help}` })
  }
  const [problem = '', ...more] = message.replace(/^error: /, '').split('\n')
  const asQuery = code === 'commander.unknownOption' ? queryFlag(argv) : undefined
  const hint = asQuery ?? more.join(' ').replace(/^\(|\)$/g, '')
  return new ModelError('BAD_CALL', {
    what: problem.charAt(0).toUpperCase() + problem.slice(1),
    why: hint,
    next: help,
  })
}
