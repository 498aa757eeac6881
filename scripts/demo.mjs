// The README's first command: converts a real .pth, says what it did, builds the playground and serves it until stopped.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { build, preview } from 'vite'

const root = fileURLToPath(new URL('../', import.meta.url))

function run(command, ...args) {
  console.log(`\n$ ${command} ${args.join(' ')}`)
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (status !== 0) process.exit(status ?? 1)
}

run('npm', 'run', '--silent', 'build')
const output = 'playground/converted/digits.onnx'
run('node', 'dist/cli/main.js', 'convert', 'fixtures/digits/net.pth?format=onnx&quant=int8', '-o', output)

console.log('\n$ vite build playground')
await build({ root: `${root}playground`, configFile: `${root}playground/vite.config.ts` })

const server = await preview({ root: `${root}playground`, configFile: `${root}playground/vite.config.ts` })
console.log('\nThe playground is served until you press Ctrl+C:')
server.printUrls()
