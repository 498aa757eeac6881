import { convert } from '../convert/index.ts'
import type { CliCommand } from './command.ts'
import { convertProse } from './convert-prose.ts'
import { planOutput, writeOutput } from './output.ts'
import { printJson } from './print-json.ts'
import { createProgress } from './progress.ts'
import { terminalStyle } from './style.ts'
import { targetOf } from './target.ts'

interface ConvertOptions {
  readonly output?: string
  readonly json?: boolean
  readonly query?: string
}

export const convertCommand: CliCommand = {
  name: 'convert',
  register: (program) => {
    program
      .command('convert')
      .description('convert a model to ONNX')
      .argument('<file?query>', "model file and what is wanted of it, as in './net.pth?quant=int8'")
      .option(
        '-o, --output <path>',
        'file for the model, or folder for all files (default: <stem>.onnx in the current folder)',
      )
      .option('-q, --query <query>', 'the query, for a file whose own name holds a "?"')
      .option('--json', 'print the report as one JSON object on stdout')
      .action(runConvert)
  },
}

async function runConvert(argument: string, { output, json, query }: ConvertOptions): Promise<void> {
  const target = await targetOf(argument, query)
  const plan = await planOutput(target.file, output)
  const progress = createProgress(process.stderr)
  try {
    const { report } = await convert({ ...target, onProgress: progress.update })
    const assets = await writeOutput(plan, report.assets)
    progress.clear()
    const written = { ...report, assets }
    if (json) printJson(written)
    else process.stderr.write(convertProse(written, terminalStyle(process.stderr)))
  } finally {
    progress.clear()
  }
}
