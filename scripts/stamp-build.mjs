// Writes dist/build-id: the digest of the compiled code, which is part of every cache key.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

const files = readdirSync('dist', { recursive: true })
  .map((file) => String(file).replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.js'))
  .sort()
const hash = createHash('sha256')
for (const file of files) hash.update(`${file}\n`).update(readFileSync(`dist/${file}`))
writeFileSync('dist/build-id', `${hash.digest('hex')}\n`)
