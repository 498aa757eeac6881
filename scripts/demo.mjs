// The README's first command: converts a real .pth, says what it did, builds the playground and serves it until stopped.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { build, preview } from 'vite'

const root = fileURLToPath(new URL('../', import.meta.url))

function run(program, ...args) {
  const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

// npm is a script of the shell on Windows; `&` of the query must not reach one.
function runNpm(...args) {
  console.log(`\n$ npm ${args.join(' ')}`)
  const cli = process.env.npm_execpath
  if (cli) return run(process.execPath, cli, ...args)
  const { status } = spawnSync(`npm ${args.join(' ')}`, { cwd: root, stdio: 'inherit', shell: true })
  if (status !== 0) process.exit(status ?? 1)
}

function runNode(...args) {
  console.log(`\n$ node ${args.join(' ')}`)
  run(process.execPath, ...args)
}

runNpm('run', '--silent', 'build')
const output = 'playground/converted/digits.onnx'
runNode('dist/cli/main.js', 'convert', 'fixtures/digits/net.pth?format=onnx&quant=int8', '-o', output)

console.log('\n$ vite build playground')
await build({ root: `${root}playground`, configFile: `${root}playground/vite.config.ts` })

// PORT= asks for that very port; otherwise the next free one from 4173 on.
const port = process.env.PORT ? { port: Number(process.env.PORT), strictPort: true } : {}
const server = await preview({
  root: `${root}playground`,
  configFile: `${root}playground/vite.config.ts`,
  preview: port,
})
console.log('\nThe playground is served until you press Ctrl+C:')
server.printUrls()
