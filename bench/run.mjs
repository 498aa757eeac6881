// Runs one of the programs beside it: node bench/run.mjs int8-thresholds
// They are TypeScript over src/: Vite, which the project has anyway, loads them.
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const [name, ...args] = process.argv.slice(2)
if (!/^[a-z0-9-]+$/.test(name ?? '')) {
  console.error('usage: node bench/run.mjs <program> [arguments]')
  process.exit(2)
}
const file = fileURLToPath(new URL(`./${name}.ts`, import.meta.url))
const { module } = await runnerImport(file, {
  logLevel: 'error',
  configFile: false,
  oxc: { target: 'node20' },
})
await module.main(args)
