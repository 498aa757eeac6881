// Ours in its own process: node bench/graph/run_ours.mjs SOURCE WARM_UP RUNS; see time-ours.ts
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const [source, warmUp, runs] = process.argv.slice(2)
const { module } = await runnerImport(fileURLToPath(new URL('time-ours.ts', import.meta.url)), {
  logLevel: 'error',
  configFile: false,
  oxc: { target: 'node20' },
})
console.log(JSON.stringify(module.timeOurs(source, Number(warmUp), Number(runs))))
