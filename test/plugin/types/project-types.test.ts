import { execFileSync } from 'node:child_process'
import { rm, symlink } from 'node:fs/promises'
import { relative } from 'node:path'
import { build } from 'vite'
import { describe, expect, it } from 'vitest'
import { ModelError } from '../../../src/errors/index.ts'
import { formatModelId } from '../../../src/plugin/model-id.ts'
import { type ProjectTypes, projectTypes } from '../../../src/plugin/types/project-types.ts'
import { Project } from '../../support/project.ts'
import { fakeConvert } from '../fake-convert.ts'
import { fakePlugin } from '../vite-plugin.ts'

const TYPES = 'src/unplugin-model.d.ts'

async function typesOf(
  project: Project,
  { check = false, dts }: { check?: boolean; dts?: string } = {},
): Promise<ProjectTypes & { readonly calls: readonly string[] }> {
  const convert = fakeConvert(project.path('node_modules/.cache/unplugin-model'))
  const types = await projectTypes({
    root: project.root,
    dts,
    check,
    convert: ({ path, query }) => convert({ file: path, query }),
  })
  return { ...types, calls: convert.calls }
}

/** Imports, as `importer:line specifier → model`. */
const listed = (project: Project, { imports }: ProjectTypes): string[] =>
  imports.map(({ importer, line, specifier, resolved }) => {
    const model = resolved
      ? formatModelId({ ...resolved.id, path: relative(project.root, resolved.id.path) })
      : '?'
    return `${relative(project.root, importer)}:${line} ${specifier} → ${model}`
  })

const APP = {
  'index.html': '<script type="module" src="/src/main.ts"></script>',
  'tsconfig.json': `{
    // as create-vite writes it
    "files": [],
    "references": [{ "path": "./tsconfig.app.json" },],
  }`,
  'tsconfig.app.json': `{ "extends": "./tsconfig.base", "include": ["src"] }`,
  'tsconfig.base.json': `{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } /* the alias */ } }`,
  'src/main.ts': `import a from './net.pth?quant=int8&format=onnx'
import fromRoot from '/models/plain.pth'
import aliased from '@/deep/other.pth?as=url'
export { default as again } from './deep/b.ts'
export const later = () => import('../models/plain.pth?quant=fp16')
export const text = "import no from './no.pth'"
console.log(a, fromRoot, aliased)
`,
  'src/deep/b.ts': `export { default } from '../net.pth?quant=int8&format=onnx'
export { default as same } from './other.pth?as=url'
export { default as file } from './other.onnx?url'
`,
  'src/net.pth': '1 2 3',
  'src/deep/other.pth': '4 5',
  'src/deep/other.onnx': '',
  'models/plain.pth': '6',
  'dist/main.js': "import './gone.pth'",
  'node_modules/other/index.js': "import './gone.pth'",
}

describe('the types of a project', () => {
  it('are the file that a build writes', async () => {
    await using built = await Project.create(APP)
    const { plugin } = fakePlugin(built)
    await build({
      root: built.root,
      configFile: false,
      logLevel: 'silent',
      plugins: [plugin],
      resolve: { alias: { '@': built.path('src') } },
    })
    await using project = await Project.create(APP)
    const types = await typesOf(project)
    expect(listed(project, types)).toEqual([
      'src/deep/b.ts:1 ../net.pth?quant=int8&format=onnx → src/net.pth?quant=int8&format=onnx',
      'src/deep/b.ts:2 ./other.pth?as=url → src/deep/other.pth?as=url',
      'src/main.ts:1 ./net.pth?quant=int8&format=onnx → src/net.pth?quant=int8&format=onnx',
      'src/main.ts:2 /models/plain.pth → models/plain.pth',
      'src/main.ts:3 @/deep/other.pth?as=url → src/deep/other.pth?as=url',
      'src/main.ts:5 ../models/plain.pth?quant=fp16 → models/plain.pth?quant=fp16',
    ])
    expect(types.state).toBe('written')
    expect(await project.read(TYPES)).toBe(await built.read(TYPES))
    expect((await typesOf(built)).state).toBe('current')
  })

  it('take one conversion a model, however often it is imported', async () => {
    await using project = await Project.create(APP)
    const { calls } = await typesOf(project)
    expect(calls).toEqual([
      'net.pth?quant=int8&format=onnx',
      'other.pth?as=url',
      'plain.pth?',
      'plain.pth?quant=fp16',
    ])
  })

  it('are only compared under check', async () => {
    await using project = await Project.create(APP)
    expect((await typesOf(project, { check: true })).state).toBe('outdated')
    await expect(project.read(TYPES)).rejects.toThrow('ENOENT')
    await typesOf(project)
    expect((await typesOf(project, { check: true })).state).toBe('current')
    await project.write('src/net.pth', '1 2 3 4')
    expect((await typesOf(project, { check: true })).state).toBe('outdated')
  })

  it('are written for every model but those that fail, which keep what they had', async () => {
    await using project = await Project.create(APP)
    await typesOf(project)
    await project.write('src/net.pth', 'no numbers')
    await project.write(
      'src/new.js',
      "import x from './deep/other.pth?quant=fp16'\nimport y from './gone.pth'",
    )
    const types = await typesOf(project)
    const failed = types.imports.filter(({ error }) => error !== undefined)
    expect(
      failed.map(({ importer, error }) => [
        relative(project.root, importer),
        error instanceof ModelError && error.code,
      ]),
    ).toEqual([
      ['src/deep/b.ts', 'UNKNOWN_FORMAT'],
      ['src/main.ts', 'UNKNOWN_FORMAT'],
      ['src/new.js', 'FILE_NOT_FOUND'],
    ])
    const text = await project.read(TYPES)
    expect(text).toContain("declare module '*/deep/other.pth?quant=fp16'")
    expect(text).toContain("declare module '*/net.pth?quant=int8&format=onnx'")
    expect(text).not.toContain('gone')
  })

  it('go where dts says', async () => {
    await using project = await Project.create(APP)
    const { file } = await typesOf(project, { dts: 'types/models.d.ts' })
    expect(file).toBe(project.path('types/models.d.ts'))
    expect(await project.read('types/models.d.ts')).toContain('declare module')
  })

  it('are not begun where no source imports a model', async () => {
    await using project = await Project.create({ 'src/main.ts': "import './net.onnx?url'" })
    expect(await typesOf(project)).toMatchObject({ state: 'current', imports: [] })
    await expect(project.read(TYPES)).rejects.toThrow('ENOENT')
  })
})

describe('an import', () => {
  it('in a file that git ignores is passed over', async () => {
    await using project = await Project.create({
      '.gitignore': 'node_modules\nbuild\n',
      'package.json': '{}',
      'src/main.ts': "import './net.pth'",
      'src/net.pth': '1',
      'build/main.js': "import './net.pth'",
    })
    execFileSync('git', ['init', '--quiet'], { cwd: project.root })
    expect(listed(project, await typesOf(project))).toEqual(['src/main.ts:1 ./net.pth → src/net.pth'])
    await project.write('.gitignore', '*\n')
    expect(listed(project, await typesOf(project))).toHaveLength(2)
  })

  it('by an alias that only the bundler knows is named, and not typed', async () => {
    await using project = await Project.create({ 'src/main.ts': "import '$lib/net.pth'\nimport '~/net.pth'" })
    const types = await typesOf(project)
    expect(listed(project, types)).toEqual(['src/main.ts:1 $lib/net.pth → ?', 'src/main.ts:2 ~/net.pth → ?'])
    expect(types.imports.map(({ error }) => error)).toEqual([undefined, undefined])
  })

  it('from a package is found as Node finds it', async () => {
    await using project = await Project.create({
      'src/main.ts': "import '@acme/models/net.pth'",
      'node_modules/@acme/models/package.json': '{ "name": "@acme/models" }',
      'node_modules/@acme/models/net.pth': '1',
    })
    expect(listed(project, await typesOf(project))).toEqual([
      'src/main.ts:1 @acme/models/net.pth → node_modules/@acme/models/net.pth',
    ])
  })

  it('of a link leads to the file itself, as in Vite', async () => {
    await using project = await Project.create({ 'src/main.ts': "import './net.pth'", 'models/v2.pth': '1' })
    await symlink('../models/v2.pth', project.path('src/net.pth'))
    expect(listed(project, await typesOf(project))).toEqual(['src/main.ts:1 ./net.pth → models/v2.pth'])
  })

  it('takes the alias with the longest prefix, of the nearest configuration', async () => {
    await using project = await Project.create({
      'jsconfig.json': '{ "compilerOptions": { "paths": { "no/*": ["./no/*"] } } }',
      'tsconfig.json': `{
        "extends": ["./base.json"],
        "compilerOptions": { "baseUrl": "src", "paths": { "*": ["a/*"], "m/*.pth": ["gone/*.pth", "b/*.pth"], "exact.pth": ["b/net.pth"] } }
      }`,
      'base.json': '{ "compilerOptions": { "paths": { "m/*": ["./c/*"] } } }',
      'src/main.ts': "import 'm/net.pth'\nimport 'net.pth'\nimport 'exact.pth'",
      'src/a/m/net.pth': '1',
      'src/a/net.pth': '1',
      'src/b/net.pth': '1',
      'c/net.pth': '1',
    })
    expect(listed(project, await typesOf(project))).toEqual([
      'src/main.ts:1 m/net.pth → src/b/net.pth',
      'src/main.ts:2 net.pth → src/a/net.pth',
      'src/main.ts:3 exact.pth → src/b/net.pth',
    ])
  })

  it('does without a configuration that cannot be read', async () => {
    await using project = await Project.create({
      'tsconfig.json': '{ "extends": "./tsconfig.json", "references": 7',
      'src/main.ts': "import './net.pth'",
      'src/net.pth': '1',
    })
    expect(listed(project, await typesOf(project))).toEqual(['src/main.ts:1 ./net.pth → src/net.pth'])
    await rm(project.path('tsconfig.json'))
    expect(listed(project, await typesOf(project))).toHaveLength(1)
  })
})
