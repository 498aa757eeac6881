// Fails when source steps around the type checker or the linter: those are design errors to be mended, not silenced.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const FORBIDDEN =
  /: any\b|\bas any\b|<any>|@ts-ignore|@ts-nocheck|@ts-expect-error|biome-ignore|eslint-disable/
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'src'], {
  encoding: 'utf8',
})
const found = files
  .split('\n')
  .filter((file) => /\.tsx?$/.test(file))
  .flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .map((line, index) => ({ line, place: `${file}:${index + 1}` }))
      .filter(({ line }) => !/^\s*(\*|\/[/*])/.test(line) && FORBIDDEN.test(line)),
  )
for (const { place, line } of found) console.error(`${place}: ${line.trim()}`)
process.exit(found.length > 0 ? 1 : 0)
