// Before the package is packed from a fresh clone: without `dist` it would be an empty one.
import { execSync } from 'node:child_process'
import { existsSync } from 'node:fs'

if (!existsSync(new URL('../dist/index.js', import.meta.url))) execSync('npm run build', { stdio: 'inherit' })
