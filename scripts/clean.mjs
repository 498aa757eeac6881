// Removes what earlier builds left, so that files that no longer exist in src are not packed.
import { rmSync } from 'node:fs'

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true })
