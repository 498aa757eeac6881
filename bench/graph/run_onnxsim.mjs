// npm onnxsim in its own process, which it may take down: node bench/graph/run_onnxsim.mjs PACKAGE SOURCE TARGET
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [folder, source, target] = process.argv.slice(2)
const { simplify } = await import(pathToFileURL(join(folder, 'index.mjs')).href)
const { model } = await simplify(await readFile(source))
await writeFile(target, model)
