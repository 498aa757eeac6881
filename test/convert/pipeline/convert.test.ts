import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { type ConvertResult, convert, inspect } from '../../../src/convert/index.ts'
import { createBuilder, Model, tensorOf, tensorType } from '../../../src/graph/index.ts'
import { joinChunks, writeModel } from '../../../src/graph/onnx/index.ts'
import { rejectionOf } from '../../message-of.ts'
import { cachedStages } from '../cached-stages.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { toyBytes } from '../toy-model.ts'

const FIXTURES = resolve(import.meta.dirname, '../../../fixtures')

let root: string

beforeEach(() => {
  root = temporaryFolder()
})

const ask = (name: string, query = '', cacheDir = 'cache'): Promise<ConvertResult> =>
  convert({ file: join(root, name), query, root, cacheDir: join(root, cacheDir) })

const use = (...paths: string[]): void => {
  for (const path of paths) cpSync(join(FIXTURES, path), join(root, path.split('/').at(-1) ?? ''))
}

const bytesOf = ({ assets }: ConvertResult): Buffer => readFileSync(assets[0]?.path ?? '')

describe('a conversion', () => {
  test('of a TorchScript file is held to the outputs that torch recorded beside it', async () => {
    use('traced-mlp/net.pth', 'traced-mlp/net.samples.npz', 'traced-mlp/net.samples-2.npz')
    const { report, dependencies, inputs } = await ask('net.pth')
    expect(report.validation?.reference).toMatch(/^recorded .*net\.samples\.npz, .*net\.samples-2\.npz$/)
    expect(report.validation?.outputs[0]?.maxAbs).toBeLessThan(1e-5)
    expect(inputs).toEqual([{ name: 'x', dtype: 'float32', shape: ['N', 24] }])
    expect(dependencies).toEqual(
      ['net.pth', 'net.samples-2.npz', 'net.samples.npz'].map((name) => join(root, name)),
    )
  })

  test('carries the range given for a dim as a condition of every call, which guards=strict takes', async () => {
    use('traced-mlp/net.pth')
    const result = await ask('net.pth', 'input=x:f32[N=4(2..16),24]&guards=strict')
    const at = 'range of the input'
    expect(result.guards).toEqual([
      { dim: 'N', assumed: 'N >= 2', at },
      { dim: 'N', assumed: 'N <= 16', at },
    ])
    expect(bytesOf(result).toString('latin1')).toContain(
      '{"dim":"N","assumed":"N <= 16","at":"range of the input"}',
    )
    const { guards, inputs } = await ask('net.pth', 'input=x:f32[N=4(0..),24]')
    expect(guards).toEqual([])
    expect(inputs[0]?.mayBeEmpty).toEqual(['N'])
  })

  test('of a quantised model is held to the float one, on the recorded inputs', async () => {
    use('traced-mlp/net.pth', 'traced-mlp/net.samples.npz')
    const { report } = await ask('net.pth', 'quant=fp16')
    expect(report.validation?.reference).toMatch(
      /^the float model in onnxruntime-web [\d.]+, on recorded net\.samples\.npz$/,
    )
    expect(report.stages.find(({ name }) => name === 'validate')?.notes[0]).toMatch(
      /^Before quantisation: at most /,
    )
  })

  test('that misses its budget keeps those layers quantised that fit into it', async () => {
    use('patchnet/net.pth')
    const first = await ask('net.pth', 'quant=int8')
    const { report, assets } = await ask('net.pth', 'quant=int8&minSqnr=37')
    const forms = ({ quantization }: typeof report) => quantization.layers.map(({ scheme }) => scheme)
    const worst = ({ validation }: typeof report) =>
      Math.min(...(validation?.outputs.map(({ sqnrDb }) => sqnrDb ?? 0) ?? []))
    expect(worst(first.report)).toBeLessThan(37)
    expect(worst(report)).toBeGreaterThanOrEqual(37)
    expect(forms(report)).not.toEqual(forms(first.report))
    expect(report.quantization.layers.filter(({ sqnrDb }) => sqnrDb !== null).length).toBeGreaterThan(1)
    expect(report.quantization.layers.map(({ reason }) => reason).join()).toMatch(
      /computed in integers, it alone would take \d+ % of the error allowed/,
    )
    expect(report.stages.find(({ name }) => name === 'validate')?.notes.join()).toMatch(
      /At first tokens has 34\.\d dB .* weights take a finer form, found in \d+ trials/,
    )
    const again = await ask('net.pth', 'quant=int8&minSqnr=37', 'other-cache')
    expect(again.assets.map(({ sha256 }) => sha256)).toEqual(assets.map(({ sha256 }) => sha256))
    expect(await rejectionOf(ask('net.pth', 'quant=int8-dynamic&minSqnr=37'))).toMatch(/^\[OVER_BUDGET\]/)
  })

  test('takes shapes that neither the query nor the file says from <model>.inputs.json, and sees it come and go', async () => {
    use('scripted-cnn/net.pth')
    await expect(ask('net.pth')).rejects.toThrow('[NEEDS_INPUT_SHAPE]')
    writeFileSync(join(root, 'net.inputs.json'), '{ "input": ["image:f32[N,3,H=32,W=48]"] }')
    const { inputs, dependencies } = await ask('net.pth')
    expect(inputs).toEqual([{ name: 'image', dtype: 'float32', shape: ['N', 3, 'H', 'W'] }])
    expect(dependencies).toContain(join(root, 'net.inputs.json'))
    writeFileSync(join(root, 'net.inputs.json'), '["image:f32[1,3,32,32]"]')
    expect((await ask('net.pth')).inputs[0]?.shape).toEqual([1, 3, 32, 32])
    writeFileSync(join(root, 'net.inputs.json'), '{ "inputs": 3 }')
    expect(await rejectionOf(ask('net.pth'))).toMatch(
      /^\[BAD_CONFIG\] net\.inputs\.json does not describe inputs\. .*Write it as \{ "input": /,
    )
  })

  test('does not parse again when only quant changes, and gives the bytes of a fresh one', async () => {
    use('patchnet/net.pth')
    await ask('net.pth', 'validate=off')
    const reused = await ask('net.pth', 'quant=int8&validate=off')
    const fresh = await ask('net.pth', 'quant=int8&validate=off', 'other-cache')
    expect(cachedStages(reused)).toEqual(['parse', 'normalise'])
    expect(cachedStages(fresh)).toEqual([])
    expect(reused.report.cache).toBe('miss')
    expect(bytesOf(reused).equals(bytesOf(fresh))).toBe(true)
    expect(reused.report.assumptions).toEqual(fresh.report.assumptions)
  })

  test.each(['.json', '.graph'])('makes a kept graph again whose %s is damaged', async (ending) => {
    use('traced-mlp/net.pth')
    await ask('net.pth', 'validate=off')
    const graphs = join(root, 'cache/v1/graphs')
    for (const name of readdirSync(graphs).filter((each) => each.endsWith(ending))) {
      const bytes = readFileSync(join(graphs, name))
      const middle = bytes.byteLength >> 1
      bytes[middle] = (bytes[middle] ?? 0) ^ 1
      writeFileSync(join(graphs, name), bytes)
    }
    const again = await ask('net.pth', 'validate=off&optimize=basic')
    expect(cachedStages(again)).toEqual([])
    expect(cachedStages(await ask('net.pth', 'validate=off&optimize=none'))).toEqual(['parse', 'normalise'])
  })

  test('keeps the outputs that are named, in that order, under new names', async () => {
    writeFileSync(join(root, 'toy.onnx'), toyBytes())
    const { inputs, outputs } = await ask(
      'toy.onnx',
      'outputs=output,features&rename=output:y,image:x&validate=off',
    )
    expect(inputs.map(({ name }) => name)).toEqual(['x'])
    expect(outputs.map(({ name }) => name)).toEqual(['y', 'features'])
  })

  test('of a model without outputs is refused', async () => {
    const model = new Model()
    model.graph.addInput('x', tensorType('float32', [1, 32]))
    writeFileSync(join(root, 'mute.onnx'), joinChunks(writeModel(model).model))
    expect(await rejectionOf(ask('mute.onnx'))).toMatch(/^\[INVALID_GRAPH\] .*no outputs/)
  })

  test('gives an input and an output no name in common', async () => {
    writeFileSync(join(root, 'toy.onnx'), toyBytes())
    expect(await rejectionOf(ask('toy.onnx', 'rename=output:image&validate=off'))).toBe(
      '[BAD_QUERY_VALUE] rename gives an input and an output the name image. Give every input and every output a name of its own.',
    )
  })

  test('fixes dims as the request says', async () => {
    writeFileSync(join(root, 'toy.onnx'), toyBytes())
    const { inputs, outputs, report } = await ask('toy.onnx', 'input=1x3x8x8')
    expect(inputs[0]?.shape).toEqual([1, 3, 8, 8])
    expect(outputs[0]?.shape).toEqual([1, 4, 8, 8])
    expect(report.validation?.passed).toBe(true)
  })

  test('leaves recordings out that were made for other sizes, and says so', async () => {
    use('patchnet/net.pth', 'patchnet/net.samples.npz')
    const { report } = await ask('net.pth', 'input=image:f32[7,3,64,64]')
    expect(report.validation?.reference).toMatch(/^the float model/)
    expect(report.warnings.join()).toContain('net.samples.npz')
  })

  test('warns of recordings that hold outputs of other names, and is held to the file as it runs', async () => {
    const model = new Model()
    const x = model.graph.addInput('x', tensorType('float32', [model.dynamicDim('N'), 24]))
    model.graph.addOutput('logits', createBuilder(model).relu(x))
    writeFileSync(join(root, 'net.onnx'), joinChunks(writeModel(model).model))
    use('traced-mlp/net.samples.npz')
    const { report } = await ask('net.onnx')
    expect(report.warnings).toEqual([
      'The recorded samples net.samples.npz hold output:output, and the outputs are logits',
    ])
    expect(report.validation?.reference).toMatch(/^the source file .* on recorded net\.samples\.npz$/)
  })

  test('warns where the samples reach no quantised layer', async () => {
    const model = new Model()
    const x = model.graph.addInput('x', tensorType('float32', [1, 32]))
    const b = createBuilder(model)
    const weights = Array.from({ length: 1024 }, (_, index) => Math.sin(index))
    const product = b.matMul(x, b.constant(tensorOf('float32', [32, 32], weights)))
    model.graph.addOutput('y', b.add(x, b.mul(product, b.scalar('float32', 0))))
    writeFileSync(join(root, 'mute.onnx'), joinChunks(writeModel(model).model))
    const { report } = await ask('mute.onnx', 'quant=int8-weights&optimize=basic')
    expect(report.warnings).toEqual([
      expect.stringMatching(/^The cost of quantisation is not known: .* does not reach a quantised layer\./),
    ])
    writeFileSync(join(root, 'toy.onnx'), toyBytes(32))
    expect((await ask('toy.onnx', 'quant=int8-weights')).report.warnings).toEqual([])
  })

  test('warns of keys that the format does not read', async () => {
    writeFileSync(join(root, 'toy.onnx'), toyBytes())
    writeFileSync(join(root, 'model.py'), '')
    const { report } = await ask('toy.onnx', 'arch=./model.py&class=Net&method=encode&validate=off')
    expect(report.warnings).toEqual([
      'arch=./model.py is not used: the file carries its own program (onnx)',
      'class=Net is not used: the file carries its own program (onnx)',
      'method=encode is not used: the file holds one graph (onnx)',
    ])
  })

  test('warns of weights that are not numbers', async () => {
    const model = new Model()
    const x = model.graph.addInput('x', tensorType('float32', [2]))
    const b = createBuilder(model)
    const damaged = b.constant(tensorOf('float32', [2], [1, Number.NaN]), 'damaged')
    model.graph.addOutput('y', b.add(x, damaged))
    writeFileSync(join(root, 'nan.onnx'), joinChunks(writeModel(model).model))
    expect((await ask('nan.onnx')).report.warnings).toEqual([
      'Weights hold NaN, in damaged: was the training, or the file, damaged?',
    ])
  })

  test('says null of validation when there was none', async () => {
    writeFileSync(join(root, 'toy.onnx'), toyBytes())
    const { report } = await ask('toy.onnx', 'validate=off')
    expect(report.validation).toBeNull()
    expect(report.stages.map(({ name }) => name)).toEqual([
      'parse',
      'normalise',
      'rewrite',
      'serialise',
      'emit',
    ])
  })
})

describe('a conversion that cannot be', () => {
  test.each<[name: string, fixture: string, query: string]>([
    ['weights without an architecture', 'state-dict/net.pth', ''],
    ['a size that nothing tells', 'scripted-cnn/net.pth', ''],
    ['operators without a conversion', 'unsupported/net.pth', ''],
    ['an assumption under guards=strict', 'traced-mlp/net.pth', 'guards=strict'],
    ['an output that is not there', 'traced-mlp/net.pth', 'outputs=logits'],
    ['a rename of nothing', 'traced-mlp/net.pth', 'rename=y:z'],
    ['an architecture file that is not there', 'state-dict/net.pth', 'arch=./gone.py&class=Net'],
    ['a budget nothing meets', 'patchnet/net.pth', 'quant=int8&minSqnr=200'],
  ])('is told: %s', async (_, fixture, query) => {
    use(fixture)
    expect((await rejectionOf(ask('net.pth', query))).replaceAll(root, '…')).toMatchSnapshot()
    expect(readdirSync(root).filter((name) => name !== 'cache')).toEqual(['net.pth'])
    rmSync(join(root, 'cache/v1/graphs'), { recursive: true, force: true })
    expect(readdirSync(join(root, 'cache/v1')).filter((name) => /results|assets/.test(name))).toEqual([])
  })
})

describe('inspecting', () => {
  test('tells what a TorchScript file holds', async () => {
    use('traced-mlp/net.pth')
    const report = await inspect({ file: join(root, 'net.pth'), root })
    expect({ ...report, path: '', bytes: 0 }).toMatchSnapshot()
  })

  test('tells what weights lack', async () => {
    use('state-dict/net.pth')
    const report = await inspect({ file: join(root, 'net.pth'), root })
    expect(report.missing.join()).toContain('arch=')
    expect(report.weights).toMatchObject({ sets: [], from: '' })
    expect(report.weights?.count).toBeGreaterThan(12)
    expect(report.weights?.first).toHaveLength(12)
    expect(report.weights?.first[0]).toEqual({ name: 'conv1.weight', dtype: 'float32', shape: [8, 3, 7, 7] })
  })

  test('tells all operators that have no conversion, as a conversion would', async () => {
    use('unsupported/net.pth')
    const { missing } = await inspect({ file: join(root, 'net.pth'), root })
    expect(missing).toEqual([await rejectionOf(ask('net.pth'))])
    expect(missing[0]).toMatch(/^\[UNSUPPORTED_OPERATOR\] 3 operators have no conversion: /)
  })

  test('finds the shapes of results that the file does not say', async () => {
    use('digits/net.pth')
    const { outputs, missing } = await inspect({ file: join(root, 'net.pth'), root })
    expect(outputs).toEqual([{ name: 'logits', dtype: 'float32', shape: ['N', 10] }])
    expect(missing).toEqual([])
  })
})
