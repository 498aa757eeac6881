import { readFileSync, statSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../convert/temporary-folder.ts'
import { toyBytes } from '../convert/toy-model.ts'
import { BuiltCli, type Exit } from './built-cli.ts'

const FIXTURES = resolve(import.meta.dirname, '../../fixtures')

let cli: BuiltCli
let folder: string

beforeAll(async () => {
  cli = await BuiltCli.build()
})

afterAll(async () => {
  await cli[Symbol.asyncDispose]()
})

beforeEach(async () => {
  folder = temporaryFolder()
  await mkdir(join(folder, 'models'))
  await writeFile(join(folder, 'models/net.onnx'), toyBytes())
})

const run = (...args: string[]): Promise<Exit> => cli.run(folder, args)
const ownFiles = async (): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name !== 'node_modules' && name !== 'models').sort()

describe('convert', () => {
  test.skipIf(process.platform === 'win32')('leaves a device alone that is named as the output', async () => {
    const { status, stderr } = await run('convert', './models/net.onnx', '-o', '/dev/null')
    expect(status).toBe(2)
    expect(stderr).toContain('[OUTPUT_NOT_WRITABLE]')
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
  })

  test('refuses the file of project-wide defaults, which is not built yet, instead of passing it over', async () => {
    await writeFile(join(folder, 'unplugin.config.ts'), 'export default {}')
    const { status, stderr } = await run('convert', './models/net.onnx')
    expect(status).toBe(2)
    expect(stderr).toContain('[NOT_BUILT_YET] unplugin.config.ts is documented and not built yet')
    expect(await ownFiles()).toEqual(['unplugin.config.ts'])
  })

  test('prints one object and nothing else; a second call is a hit with the same bytes', async () => {
    const query = './models/net.onnx?quant=fp16&optimize=all'
    const miss = await run('convert', query, '--json')
    expect(miss).toMatchObject({ status: 0, stderr: '' })
    const first = await readFile(join(folder, 'net.onnx'))
    const hit = await run('convert', query, '--json')
    const second = await readFile(join(folder, 'net.onnx'))
    expect(second.equals(first)).toBe(true)
    const [a, b] = [miss, hit].map(({ stdout }) => JSON.parse(stdout))
    expect([a.cache, b.cache]).toEqual(['miss', 'hit'])
    expect(b.assets).toEqual(a.assets)
    expect(b.stages.every((stage: { cached?: boolean }) => stage.cached)).toBe(true)
    expect(shapeOf(a)).toMatchInlineSnapshot(`
      {
        "assets": [
          {
            "bytes": "number",
            "path": "string",
            "role": "string",
            "sha256": "string",
          },
        ],
        "assumptions": [],
        "cache": "string",
        "guards": [],
        "inputs": [
          {
            "dtype": "string",
            "name": "string",
            "shape": [
              "string",
            ],
          },
        ],
        "ms": "number",
        "outputs": [
          {
            "dtype": "string",
            "name": "string",
            "shape": [
              "string",
            ],
          },
        ],
        "overhead": {
          "lookUp": "number",
          "other": "number",
          "start": "number",
          "wait": "number",
        },
        "quantization": {
          "layers": [],
          "scheme": "string",
        },
        "request": {
          "as": "string",
          "format": "string",
          "guards": "string",
          "layout": "string",
          "optimize": "string",
          "prune": "string",
          "quant": "string",
          "shard": "string",
          "state": "string",
          "target": "string",
          "validate": "string",
        },
        "source": {
          "bytes": "number",
          "format": "string",
          "path": "string",
        },
        "stages": [
          {
            "ms": "number",
            "name": "string",
            "nodesAfter": "number",
            "nodesBefore": "number",
            "notes": [
              "string",
            ],
          },
        ],
        "validation": {
          "outputs": [
            {
              "agreement": "number",
              "cosine": "number",
              "maxAbs": "number",
              "name": "string",
              "sqnrDb": "null",
            },
          ],
          "passed": "boolean",
          "reference": "string",
        },
        "warnings": [],
      }
    `)
  })

  test('names the main asset as -o says, or puts all into a folder', async () => {
    await run('convert', 'models/net.onnx?validate=off', '-o', 'out/small.onnx')
    expect(await readdir(join(folder, 'out'))).toEqual(['small.onnx'])
    await run('convert', 'models/net.onnx?validate=off', '-o', 'out')
    expect((await readdir(join(folder, 'out'))).sort()).toEqual(['net.onnx', 'small.onnx'])
    await run('convert', 'models/net.onnx?validate=off', '--output', 'new/')
    expect(await readdir(join(folder, 'new'))).toEqual(['net.onnx'])
    const { stdout } = await run('convert', 'models/net.onnx?validate=off', '-o', 'x.onnx', '--json')
    expect(JSON.parse(stdout).assets[0].path).toBe(join(folder, 'x.onnx'))
  })

  test('tells people on stderr, and keeps stdout empty', async () => {
    const { status, stdout, stderr } = await run('convert', 'models/net.onnx?outputs=output&rename=output:y')
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
    const steady = stderr.replace(/\d+(\.\d+)? m?s/g, '# ms').replace(/ +# ms/g, ' # ms')
    expect(steady).toMatchInlineSnapshot(`
      "✓ models/net.onnx (onnx) converted in # ms, 673 B → 626 B
        net.onnx  626 B

        in   image: float32[N, 3, 8, 8]
        out  y: float32[N, 4, 8, 8]

        parse # ms  0 nodes  onnx
        normalise # ms  0 → 2 nodes
        rewrite # ms  2 nodes
        serialise # ms  2 nodes
        validate # ms  2 nodes  No recorded samples: # mseeded ones (image: uniform in 0..1), with N=2
        emit # ms  2 nodes
        overhead # ms  start # ms, cache # ms, other # ms

        validated against the source file in onnxruntime-web 1.30.0, on seeded 1, seeded 2
          y: max error 0, SQNR ∞ dB
      "
    `)
  })

  test('reaches a file whose name holds a question mark through --query', async () => {
    await cp(join(folder, 'models/net.onnx'), join(folder, 'net?v=2.onnx'))
    const told = await run('convert', 'net?v=2.onnx')
    expect(told).toMatchObject({ status: 2, stdout: '' })
    expect(told.stderr).toMatchInlineSnapshot(`
      "[FILE_NOT_FOUND] net does not exist. A "?" ends the file's name and begins the query; there is a file net?v=2.onnx. Give the query apart: 'net?v=2.onnx' --query ''.
      "
    `)
    const done = await run('convert', 'net?v=2.onnx', '--query', 'validate=off', '-o', 'out.onnx')
    expect(done.status).toBe(0)
  })

  test('of a file that is not there says so, wherever the result would go', async () => {
    const { status, stderr } = await run('convert', 'gone.onnx')
    expect(status).toBe(2)
    expect(stderr).toBe('[FILE_NOT_FOUND] gone.onnx does not exist. Check the path.\n')
  })

  test('ends in peace when its reader stops early', async () => {
    const child = cli.start(folder, ['inspect', 'models/net.onnx', '--json'])
    child.stdout?.destroy()
    let stderr = ''
    child.stderr?.on('data', (data) => {
      stderr += data
    })
    const status = await new Promise((done) => child.once('close', done))
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })

  test('does not replace the model itself', async () => {
    const before = await readFile(join(folder, 'models/net.onnx'))
    const { status, stderr } = await cli.run(join(folder, 'models'), ['convert', 'net.onnx'])
    expect(status).toBe(2)
    expect(stderr.replaceAll(folder, '…')).toMatchInlineSnapshot(`
      "[BAD_CALL] The result would replace the model itself, …/models/net.onnx. Name another file: -o out.onnx.
      "
    `)
    expect((await readFile(join(folder, 'models/net.onnx'))).equals(before)).toBe(true)
  })

  test('replaces an earlier result, and nothing else that is there', async () => {
    expect((await run('convert', 'models/net.onnx', '-o', 'again.onnx')).status).toBe(0)
    expect((await run('convert', 'models/net.onnx', '-o', 'again.onnx')).status).toBe(0)
    await rm(join(folder, 'again.onnx'))
    await writeFile(join(folder, 'models/other.pth'), 'PK')
    const { status, stderr } = await run('convert', 'models/net.onnx', '-o', 'models/other.pth')
    expect(status).toBe(2)
    expect(stderr).toContain('[OUTPUT_NOT_WRITABLE]')
    expect(stderr).toContain('It is there, and is no ONNX model that a result could replace')
    expect(await readFile(join(folder, 'models/other.pth'), 'utf8')).toBe('PK')
  })

  test('fails with status 1 when the result misses its budget, and emits nothing', async () => {
    await writeFile(join(folder, 'models/wide.onnx'), toyBytes(256))
    const { status, stderr } = await run(
      'convert',
      'models/wide.onnx?quant=fp16&maxError=1e-9',
      '-o',
      'out.onnx',
    )
    expect(status).toBe(1)
    expect(stderr).toMatch(
      /^\[OVER_BUDGET\] quant=fp16 costs more than allowed, whichever weights stay in float: /,
    )
    expect(await ownFiles()).toEqual([])
    await expect(readdir(join(folder, 'node_modules/.cache/unplugin-model/v1/assets'))).rejects.toThrow(
      'ENOENT',
    )
  })

  test('lets one of several processes do the work', async () => {
    const calls = Array.from({ length: 3 }, (_, i) =>
      run('convert', 'models/net.onnx', '--json', '-o', `out${i}.onnx`),
    )
    const reports = (await Promise.all(calls)).map(({ stdout }) => JSON.parse(stdout))
    expect(reports.map(({ cache }) => cache).sort()).toEqual(['hit', 'hit', 'miss'])
    const files = await Promise.all([0, 1, 2].map((i) => readFile(join(folder, `out${i}.onnx`))))
    expect(files.every((file) => files[0]?.equals(file))).toBe(true)
  })

  test('is not misled by what a killed process left', async () => {
    for (const delay of [300, 900]) {
      const child = cli.start(folder, ['convert', 'models/net.onnx?quant=fp16', '-o', 'killed.onnx'])
      await setTimeout(delay)
      child.kill('SIGKILL')
    }
    const after = await run('convert', 'models/net.onnx?quant=fp16', '-o', 'after.onnx')
    expect(after.status).toBe(0)
    const clean = await cli.run(folder, ['convert', 'models/net.onnx?quant=fp16', '-o', 'clean.onnx'], {
      UNPLUGIN_MODEL_CACHE: join(folder, 'other-cache'),
    })
    expect(clean.status).toBe(0)
    const [a, b] = ['after.onnx', 'clean.onnx'].map((name) => readFileSync(join(folder, name)))
    expect(a && b && a.equals(b)).toBe(true)
    expect((await ownFiles()).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})

describe('inspect', () => {
  test('prints one object', async () => {
    const { status, stdout, stderr } = await run('inspect', 'models/net.onnx', '--json')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect({ ...JSON.parse(stdout), path: '' }).toMatchInlineSnapshot(`
      {
        "bytes": 673,
        "format": "onnx",
        "inputs": [
          {
            "dtype": "float32",
            "name": "image",
            "shape": [
              "N",
              3,
              8,
              8,
            ],
          },
        ],
        "missing": [],
        "operators": {
          "Conv": 1,
          "Relu": 1,
        },
        "outputs": [
          {
            "dtype": "float32",
            "name": "features",
            "shape": [
              "N",
              4,
              8,
              8,
            ],
          },
          {
            "dtype": "float32",
            "name": "output",
            "shape": [
              "N",
              4,
              8,
              8,
            ],
          },
        ],
        "parameters": 108,
        "path": "",
        "version": "opset 21",
        "weights": null,
      }
    `)
  })
})

describe('types', () => {
  const FILE = 'unplugin-model.d.ts'
  const source = (text: string): Promise<void> => writeFile(join(folder, 'main.ts'), text)

  test('writes what the imports of the sources give, once', async () => {
    await source("import net from './models/net.onnx?quant=fp16'\nexport { net }\n")
    const first = await run('types')
    expect(first).toMatchObject({ status: 0, stdout: '' })
    expect(first.stderr.replace(/[\d.]+ m?s\n/, '… ms\n')).toBe(
      '✓ unplugin-model.d.ts written: 1 import of 1 model, … ms\n',
    )
    expect((await readFile(join(folder, FILE), 'utf8')).split('\n\n')[1]).toMatchInlineSnapshot(`
      "// models/net.onnx
      declare module '*/models/net.onnx?quant=fp16' {
        import type { Model, Port } from 'unplugin-model/runtime'
        const value: Model<
          { readonly image: Port<'float32', readonly [N: number, 3, 8, 8]> },
          { readonly features: Port<'float32', readonly [N: number, 4, 8, 8]>; readonly output: Port<'float32', readonly [N: number, 4, 8, 8]> }
        >
        export default value
      }
      "
    `)
    const second = await run('types', '.', '--json')
    expect(second).toMatchObject({ status: 0, stderr: '' })
    expect(JSON.parse(second.stdout)).toEqual({
      file: join(folder, FILE),
      state: 'current',
      imports: [
        {
          importer: join(folder, 'main.ts'),
          line: 1,
          specifier: './models/net.onnx?quant=fp16',
          model: join(folder, 'models/net.onnx'),
        },
      ],
      errors: [],
      ms: expect.any(Number),
    })
  })

  test('--check exits with 1 until the file is current', async () => {
    await source("import './models/net.onnx'\n")
    const before = await run('types', '--check')
    expect(before.status).toBe(1)
    expect(before.stderr.replaceAll(folder, '…')).toContain(
      '[TYPES_OUTDATED] The file is not what the imports of the project give (…/unplugin-model.d.ts). Write it, and commit it: npx unplugin-model types.\n',
    )
    expect(await ownFiles()).toEqual(['main.ts'])
    await run('types')
    expect((await run('types', '--check')).status).toBe(0)
  })

  test('names each import that fails, writes the others, and exits with 1', async () => {
    await source(
      "import './models/gone.pth'\nimport '@/net.pth'\nimport './models/net.onnx?qant=int8'\nimport './models/net.onnx'\n",
    )
    const { status, stderr } = await run('types')
    expect(status).toBe(1)
    expect(stderr.replaceAll(folder, '…').replace(/[\d.]+ m?s\n/, '… ms\n')).toMatchInlineSnapshot(`
      "✗ No types for 2 of 4 imports of 2 models; unplugin-model.d.ts written for the rest, … ms
        warning  main.ts:2 as '@/net.pth': only the bundler knows this alias. Build once, or add it to the paths of tsconfig.json
      [FILE_NOT_FOUND] models/gone.pth does not exist. Check the path.
        imported in main.ts:1 as './models/gone.pth'
      [UNKNOWN_QUERY_KEY] There is no query key "qant" (models/net.onnx). Did you mean quant? Keys are arch, args, as, class, format, guards, input, layout, maxError, method, minSqnr, optimize, outputs, prune, quant, rename, shard, state, target, validate, weights; not built yet: calibrate, config, preset, signature.
        imported in main.ts:3 as './models/net.onnx?qant=int8'
      "
    `)
    expect(await readFile(join(folder, FILE), 'utf8')).toContain("declare module '*/models/net.onnx'")
    const json = await run('types', '--json')
    expect(json.status).toBe(1)
    const { errors } = JSON.parse(json.stdout)
    expect(errors.map(({ code, line }: { code: string; line: number }) => [code, line])).toEqual([
      ['FILE_NOT_FOUND', 1],
      ['UNKNOWN_QUERY_KEY', 3],
    ])
  })

  test('says so where no model is imported', async () => {
    expect(await run('types')).toEqual({ status: 0, stdout: '', stderr: '✓ No source imports a model\n' })
    expect(await ownFiles()).toEqual([])
  })
})

describe('a call that is wrong', () => {
  test.each<[status: number, args: string[]]>([
    [2, []],
    [2, ['convrt', 'models/net.onnx']],
    [2, ['convert']],
    [2, ['convert', 'models/net.onnx', '--jsn']],
    [2, ['types', 'models/net.onnx']],
    [2, ['convert', 'models/net.onnx', 'second.onnx']],
    [2, ['convert', '?quant=int8']],
    [2, ['convert', 'models/gone.pth?quant=int8']],
    [2, ['convert', 'models/net.onnx?qant=int8']],
    [2, ['convert', 'models/net.onnx?quant=int9']],
    [2, ['convert', 'models/net.onnx?format=ort']],
    [2, ['convert', 'models/net.onnx?outputs=outptu']],
    [1, ['convert', 'models/net.onnx?input=image:f32[1,3,9,9]']],
    [2, ['convert', 'models']],
    [2, ['convert', '.']],
    [2, ['convert', 'models/nt.onnx']],
    [2, ['convert', 'gone/net.onnx']],
    [2, ['convert', 'models/net.onnx', '--quant', 'int8']],
    [2, ['convert', 'models/net.onnx', '-o', 'models/net.onnx/out.onnx']],
    [2, ['check']],
    [2, ['validate', 'models/net.onnx', '--against', 'other.onnx']],
    [2, ['build', '--help']],
    [2, ['cache', 'clear', 'all']],
    [2, ['doctor', '-v']],
  ])('exits with %i: %j', async (status, args) => {
    const exit = await run(...args)
    expect(exit.status).toBe(status)
    expect(exit.stdout).toBe('')
    expect(exit.stderr).toMatch(/^\[[A-Z_]+\] .+[.?]\n$/)
    expect(exit.stderr.replaceAll(folder, '…')).toMatchSnapshot()
    expect(await ownFiles()).toEqual([])
  })

  test('is told as one object on stdout under --json, and in words on stderr', async () => {
    const { status, stdout, stderr } = await run('convert', 'models/net.onnx?quant=int9', '--json')
    expect(status).toBe(2)
    const { error } = JSON.parse(stdout)
    expect(error.code).toBe('BAD_QUERY_VALUE')
    expect(stderr).toBe(`${error.message}\n`)
  })

  test('shows help, which is no error', async () => {
    const { status, stdout } = await run('convert', '--help')
    expect(status).toBe(0)
    expect(stdout).toContain('--output')
  })
})

describe('a file that is no model', () => {
  test.each(['empty.pth', 'lfs-pointer.pth', 'page.pth', 'picture.pth', 'truncated.pth'])(
    'fails with status 1 and leaves nothing: %s',
    async (name) => {
      const exit = await run('convert', join(FIXTURES, 'broken', name), '-o', 'out.onnx')
      expect(exit).toMatchObject({ status: 1, stdout: '' })
      expect(exit.stderr.replaceAll(FIXTURES, '…')).toMatchSnapshot()
      expect(await ownFiles()).toEqual([])
    },
  )

  test('and one that is cut short is told so', async () => {
    await writeFile(join(folder, 'models/short.onnx'), toyBytes(64).subarray(0, 3000))
    const exit = await run('convert', 'models/short.onnx', '-o', 'out.onnx')
    expect(exit.status).toBe(1)
    expect(exit.stderr).toMatchInlineSnapshot(`
      "[TRUNCATED_FILE] models/short.onnx ends too early: the field at byte 18 needs more than its 3000 bytes. The file is cut short or damaged. Download or save it again.
      "
    `)
  })
})

/** Names and kinds of what a report holds. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length > 0 ? [shapeOf(value[0])] : []
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shapeOf(each)]))
}
