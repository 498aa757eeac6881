#!/usr/bin/env node
import { runCli } from './run-cli.ts'

// Whoever reads our output may stop early (`inspect net.pth | head`): that is no failure of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

process.exitCode = await runCli(process.argv.slice(2))
