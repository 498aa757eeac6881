import { inspect } from '../convert/index.ts'
import type { CliCommand } from './command.ts'
import { inspectProse } from './inspect-prose.ts'
import { printJson } from './print-json.ts'
import { terminalStyle } from './style.ts'
import { targetOf } from './target.ts'

interface InspectOptions {
  readonly json?: boolean
  readonly query?: string
}

export const inspectCommand: CliCommand = {
  name: 'inspect',
  register: (program) => {
    program
      .command('inspect')
      .description('say what a model file holds, and what is missing to convert it')
      .argument('<file>', 'model file; a query is read as convert reads it')
      .option('-q, --query <query>', 'the query, for a file whose own name holds a "?"')
      .option('--json', 'print one JSON object on stdout')
      .action(runInspect)
  },
}

async function runInspect(argument: string, { json, query }: InspectOptions): Promise<void> {
  const report = await inspect(await targetOf(argument, query))
  if (json) printJson(report)
  else process.stdout.write(inspectProse(report, terminalStyle(process.stdout)))
}
