import { Command, CommanderError } from 'commander'
import { toolVersion } from '../convert/index.ts'
import { ModelError } from '../errors/index.ts'
import { convertCommand } from './convert-command.ts'
import { inspectCommand } from './inspect-command.ts'
import { printError } from './print-error.ts'

/** Every command, one file each. */
const COMMANDS = [convertCommand, inspectCommand]

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
    const error = thrown instanceof CommanderError ? badCall(thrown) : thrown
    return printError(error, { json: argv.includes('--json') })
  }
}

function program(): Command {
  const root = new Command('unplugin-model')
    .description('Converts AI models for the browser: PyTorch and ONNX files to ONNX, without Python.')
    .version(toolVersion())
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .showSuggestionAfterError()
  root.action(() => {
    throw new ModelError('BAD_CALL', {
      what: 'No command is given',
      next: `Commands are ${COMMANDS.map(({ name }) => name).join(', ')}; see unplugin-model --help`,
    })
  })
  for (const { register } of COMMANDS) register(root)
  return root
}

/** commander's own message, which names the option and the nearest one, as an error of ours. */
function badCall(error: CommanderError): ModelError {
  const [what = '', ...more] = error.message.replace(/^error: /, '').split('\n')
  const hint = more.join(' ').replace(/^\(|\)$/g, '')
  return new ModelError('BAD_CALL', {
    what: what.charAt(0).toUpperCase() + what.slice(1),
    next: hint || 'See unplugin-model --help',
  })
}
