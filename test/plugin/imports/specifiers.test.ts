import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { isSource, specifiersOfFile } from '../../../src/plugin/imports/scripts.ts'
import { specifiersOf } from '../../../src/plugin/imports/specifiers.ts'

const REPOSITORY = resolve(import.meta.dirname, '../../..')
const textsOf = (source: string): string[] => [...specifiersOf(source)].map(({ text }) => text)

describe('an import is found', () => {
  it.each([
    "import a from 'x'",
    "import 'x'",
    "import type A from 'x'",
    "import { a, type B as C } from 'x'",
    "import a, * as b from 'x' with { type: 'model' }",
    "import from from 'x'",
    "import {\n  a, // the model\n  'b c' as d,\n} from\n  'x'",
    "import{a}from'x'",
    "export * from 'x'",
    "export * as a from 'x'",
    "export { default as a } from 'x'",
    "export type { A } from 'x'",
    "const a = await import('x')",
    "import('x').then(({ default: a }) => a)",
    "import(/* lazily */ 'x', { with: {} })",
    'const a = import(`x`)',
    "let a: typeof import('x')",
    "const a = `$\x7bawait import('x')} of $\x7b`{$\x7bb}`}`",
    "const a = `} $\x7b { b: `}` } } ' `\nimport 'x'",
    "const a = b / 2\nimport 'x' // it's / here",
    "const a = /['\"`]/g\nimport 'x'",
    "const a = b.map((c) => /[/`]/.test(c))\nimport 'x'",
    "const a = <p>don't `stop</p>\nexport const b = () => import('x')",
    "const a = <A href='/*'>it's /* here</A>\nexport const b = () => import('x')",
    "#!/usr/bin/env node\nimport 'x'",
    String.raw`import '\x78'`,
    String.raw`import '\u{78}'`,
    "declare module 'y' { import a from 'x' }",
  ])('%s', (source) => {
    expect(textsOf(source)).toEqual(['x'])
  })
})

describe('no import is', () => {
  it.each([
    "// import a from 'x'",
    "/* import a from 'x' */",
    '"import a from \'x\'"',
    "`import a from 'x'`",
    "`$\x7ba}\nimport a from 'x'`",
    "<pre>import a from 'x'</pre>",
    "import.meta.glob('x')",
    "a.import('x')",
    'import(a)',
    "import('x' + a)",
    'import(`x$\x7ba}`)',
    "require('x')",
    "const a = { import: 'x', from: 'x' }",
    "export const from = 'x'",
    "export default 'x'",
    "new URL('x', import.meta.url)",
  ])('%s', (source) => {
    expect(textsOf(source)).toEqual([])
  })
})

function parsedSpecifiers(file: string, text: string): string[] {
  const found: string[] = []
  const add = (node: ts.Node | undefined): void => {
    if (node !== undefined && ts.isStringLiteralLike(node)) found.push(node.text)
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier)
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0])
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest))
  return found
}

it('the same specifiers are found in this repository as TypeScript finds', () => {
  const files = ['src', 'test', 'bench', 'playground'].flatMap((folder) =>
    readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !name.includes('node_modules'))
      .map((name) => join(REPOSITORY, folder, name)),
  )
  expect(files.length).toBeGreaterThan(300)
  for (const file of files) {
    const text = readFileSync(file, 'utf8')
    expect(textsOf(text), file).toEqual(parsedSpecifiers(file, text))
  }
})

describe('of a component', () => {
  const found = (path: string, text: string): string[] =>
    [...specifiersOfFile(path, text)].map(
      ({ text: each, at }) => `${each} ${text.slice(at).split('\n', 1)[0]}`,
    )

  it('the scripts are read, and the expressions of its markup', () => {
    const vue = `<template><p>don't \`stop</p></template>
<script setup lang="ts" generic="T extends Map<string, T>">
import a from './a.pth'
</script>
<!-- <b v-if="import('./no.pth')"/> -->
<style>p { content: "import('./no.pth')" }</style>`
    expect(found('App.vue', vue)).toEqual(["./a.pth './a.pth'"])

    const svelte = `<script module>import './a.pth'</script>
<pre>
import b from './no.pth'
</pre>
{#await import('./b.pth') then b}{b}{/await}`
    expect(found('App.svelte', svelte)).toEqual([
      "./a.pth './a.pth'</script>",
      "./b.pth './b.pth') then b}{b}{/await}",
    ])

    const astro = `---
import a from './a.pth'
---
<p>it's</p><script>import b from './b.pth'</script>`
    expect(found('page.astro', astro)).toEqual(["./a.pth './a.pth'", "./b.pth './b.pth'</script>"])
  })
})

it.each([
  ['main.ts', true],
  ['main.mjs', true],
  ['App.tsx', true],
  ['App.vue', true],
  ['models.d.ts', false],
  ['models.d.mts', false],
  ['index.html', false],
  ['net.json', false],
])('%s is a source: %s', (path, expected) => {
  expect(isSource(path)).toBe(expected)
})
