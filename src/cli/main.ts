#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8'
import { runCli } from './run-cli.ts'

// V8 optimises a WebAssembly function after it has run for this long (instructions, roughly), and the process cannot end
// before that is done. By default it optimises so much of the engine that a small conversion waits two seconds at its end
// for code that it never runs; a large model still reaches the budget at once, in the loops that matter.
setFlagsFromString('--wasm-tiering-budget=100000000')

// Whoever reads our output may stop early (`inspect net.pth | head`): that is no failure of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

process.exitCode = await runCli(process.argv.slice(2))
