import * as ort from 'onnxruntime-web'
import { describe, expect, it, vi } from 'vitest'
import { defineModel, type Manifest, type Model } from '../../src/runtime/index.ts'
import type { Loaders } from '../../src/runtime/manifest.ts'
import { tinyOnnx } from '../support/tiny-onnx.ts'
import { ADD, assetOf, manifestOf, tinyManifest } from './manifests.ts'

type Read = NonNullable<Loaders['read']>

function addModel(read?: Read, parts: Partial<Manifest> = {}): Model {
  const { manifest, bytes } = tinyManifest(ADD)
  return defineModel({ ...manifest, ...parts }, { ort: async () => ort, read: read ?? (async () => bytes) })
}

const never: Read = () => new Promise(() => undefined)

describe('run', () => {
  it('gives data, dims and type by name', async () => {
    const results = await addModel().run({ x: Float32Array.of(1, 2, 3, 4, 5, 6) })
    expect(results).toEqual({ y: { type: 'float32', dims: [2, 3], data: Float32Array.of(2, 4, 6, 5, 7, 9) } })
  })

  it('takes a Tensor of onnxruntime', async () => {
    const { y } = await addModel().run({ x: new ort.Tensor('float32', [1, 1, 1], [1, 3]) })
    expect(y?.data).toEqual(Float32Array.of(2, 3, 4))
  })

  it('answers concurrent calls each with its own result, in turn', async () => {
    const model = addModel()
    const order: number[] = []
    const runs = [10, 20, 30].map(async (value) => {
      const { y } = await model.run({ x: new Float32Array(3).fill(value) })
      order.push(value)
      return y?.data[0]
    })
    expect(await Promise.all(runs)).toEqual([11, 21, 31])
    expect(order).toEqual([10, 20, 30])
  })

  it('fetches nothing for a feed that is wrong', async () => {
    let reads = 0
    const model = addModel(async () => {
      reads++
      return new Uint8Array()
    })
    await expect(model.run({ z: new Float32Array(3) })).rejects.toThrow('[UNKNOWN_INPUT]')
    expect(reads).toBe(0)
  })

  it.each(['int64', 'bool', 'string', 'float16', 'uint8'] as const)(
    'carries %s in and out',
    async (dtype) => {
      const port = { dtype, shape: ['N', 2] }
      const { manifest, bytes } = tinyManifest({
        inputs: [{ ...port, name: 'x' }],
        outputs: [{ ...port, name: 'y' }],
        nodes: [{ op: 'Identity', inputs: ['x'], outputs: ['y'] }],
      })
      const data = {
        int64: BigInt64Array.of(-1n, 2n ** 60n),
        bool: Uint8Array.of(0, 1),
        string: ['a', 'ß'],
        float16: Float32Array.of(-0.5, 65504),
        uint8: Uint8Array.of(3, 255),
      }[dtype]
      const model = defineModel(manifest, { ort: async () => ort, read: async () => bytes })
      expect(await model.run({ x: data })).toEqual({ y: { type: dtype, dims: [1, 2], data } })
    },
  )

  it('says what onnxruntime said when the model itself fails', async () => {
    const port = { dtype: 'float32', shape: ['N'] } as const
    const { manifest, bytes } = tinyManifest({
      inputs: [{ ...port, name: 'x' }],
      outputs: [{ ...port, name: 'y' }],
      nodes: [{ op: 'Add', inputs: ['x', 'c'], outputs: ['y'] }],
      constants: [{ name: 'c', dims: [3], values: Float32Array.of(1, 2, 3) }],
    })
    const model = defineModel(manifest, { ort: async () => ort, read: async () => bytes })
    await expect(model.run({ x: new Float32Array(2) })).rejects.toThrow(
      /^\[RUN_FAILED\] net\.pth failed while it ran: /,
    )
    expect((await model.run({ x: new Float32Array(3) }))['y']?.data).toEqual(Float32Array.of(1, 2, 3))
  })
})

describe('load', () => {
  it('creates one session for all who ask, and tells each the progress', async () => {
    let reads = 0
    const { manifest, bytes } = tinyManifest(ADD)
    const model = defineModel(manifest, {
      ort: async () => ort,
      read: async () => {
        reads++
        return bytes
      },
    })
    expect(model.session).toBeUndefined()
    const seen: number[] = []
    const onProgress = ({ loaded, total }: { loaded: number; total: number }) => seen.push(loaded / total)
    await Promise.all([model.load({ onProgress }), model.load(), model.run({ x: new Float32Array(3) })])
    expect(reads).toBe(1)
    expect(seen).toEqual([0, 1])
    expect(model.session?.inputNames).toEqual(['x'])
  })

  it('is not failed by a listener that throws, of whoever it is', async () => {
    const reported = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const { bytes } = tinyManifest(ADD)
    const model = addModel(async () => bytes)
    const onProgress = () => {
      throw new Error('a bug of the page')
    }
    await Promise.all([model.load({ onProgress }), model.load()])
    expect(model.session).toBeDefined()
    expect(reported).toHaveBeenCalledWith(new Error('a bug of the page'))
    reported.mockRestore()
  })

  it('can be tried again after a failure', async () => {
    const { bytes } = tinyManifest(ADD)
    let reads = 0
    const model = addModel(async () => {
      if (reads++ === 0) throw new Error('offline')
      return bytes
    })
    await expect(model.load()).rejects.toThrow(
      '[ASSET_UNREACHABLE] /assets/net.onnx could not be read: offline.',
    )
    await model.load()
    expect(model.session).toBeDefined()
  })

  it('imports nothing and reads nothing before it is asked', () => {
    const loud = () => Promise.reject(new Error('touched'))
    const model = defineModel(manifestOf(), { ort: loud, read: loud })
    expect(model.inputs[0]?.name).toBe('image')
    expect(model.meta.source.name).toBe('net.pth')
  })

  it('is abandoned when every caller has aborted, and starts afresh for the next', async () => {
    const { bytes } = tinyManifest(ADD)
    let reads = 0
    const model = addModel((url) => (reads++ === 0 ? never(url) : Promise.resolve(bytes)))
    const first = new AbortController()
    const second = new AbortController()
    const loads = [model.load({ signal: first.signal }), model.load({ signal: second.signal })]
    first.abort(new Error('one'))
    await expect(loads[0]).rejects.toThrow('one')
    second.abort(new Error('two'))
    await expect(loads[1]).rejects.toThrow('two')
    await model.load()
    expect(reads).toBe(2)
  })

  it('goes on for the others when one caller aborts', async () => {
    const { bytes } = tinyManifest(ADD)
    let release = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const model = addModel(async () => {
      await gate
      return bytes
    })
    const controller = new AbortController()
    const aborted = model.load({ signal: controller.signal })
    const kept = model.load()
    controller.abort()
    await expect(aborted).rejects.toThrow('aborted')
    release()
    await kept
    expect(model.session).toBeDefined()
  })

  it('keeps the session when a run is aborted', async () => {
    const model = addModel()
    await model.load()
    const { session } = model
    await expect(model.run({ x: new Float32Array(3) }, { signal: AbortSignal.abort() })).rejects.toThrow(
      'aborted',
    )
    const controller = new AbortController()
    const run = model.run({ x: new Float32Array(3) }, { signal: controller.signal })
    controller.abort()
    await expect(run).rejects.toThrow('aborted')
    await model.run({ x: new Float32Array(3) })
    expect(model.session).toBe(session)
  })

  it('names the import that brings another provider', async () => {
    await expect(addModel().load({ executionProviders: ['webgpu'] })).rejects.toThrow(
      '[NO_PROVIDER] net.pth was built for wasm, not for webgpu. Import it with target=webgpu.',
    )
  })

  it('falls back to the next provider that the device has', async () => {
    const model = addModel(undefined, { providers: ['webgpu', 'wasm'] })
    await model.load()
    await expect(model.load({ executionProviders: ['webgpu'] })).rejects.toThrow(
      '[ALREADY_LOADED] net.pth is loaded for webgpu, wasm. Call dispose() before you load it for webgpu.',
    )
  })

  it('says that onnxruntime refused the model', async () => {
    const bytes = new Uint8Array(10).fill(7)
    const model = addModel(async () => bytes, { assets: [assetOf(bytes)] })
    await expect(model.load()).rejects.toThrow(/^\[SESSION_FAILED\] onnxruntime-web refused net\.pth: /)
  })

  it('says that onnxruntime could not be imported, and tries again', async () => {
    const { manifest, bytes } = tinyManifest(ADD)
    let imports = 0
    const model = defineModel(manifest, {
      read: async () => bytes,
      ort: async () => {
        if (imports++ === 0) throw new TypeError('Failed to fetch dynamically imported module')
        return ort
      },
    })
    await expect(model.load()).rejects.toThrow(
      '[RUNTIME_FAILED] onnxruntime-web was not imported: Failed to fetch',
    )
    await model.load()
  })

  it('hands over external data under the name that the model file gives it', async () => {
    const values = Float32Array.of(1, 2, 3)
    const model = tinyOnnx({ ...ADD, constants: [{ name: 'c', dims: [3], values, location: 'net.data' }] })
    const data = new Uint8Array(values.buffer)
    const files = new Map([
      ['/net.onnx', model],
      ['/net-hash.data', data],
    ])
    const manifest = manifestOf({
      inputs: ADD.inputs,
      outputs: ADD.outputs,
      assets: [
        assetOf(model, { url: '/net.onnx' }),
        assetOf(data, { url: '/net-hash.data', role: 'data', location: 'net.data' }),
      ],
    })
    const read: Read = async (url) => files.get(url) ?? new Uint8Array()
    const { y } = await defineModel(manifest, { ort: async () => ort, read }).run({ x: new Float32Array(3) })
    expect(y?.data).toEqual(values)
  })
})

describe('dispose', () => {
  it('frees the session, and a later run loads again', async () => {
    const model = addModel()
    const running = model.run({ x: new Float32Array(3) })
    await running
    const { session } = model
    await model.dispose()
    expect(model.session).toBeUndefined()
    await model.run({ x: new Float32Array(3) })
    expect(model.session).not.toBe(session)
  })

  it('waits for the runs that were asked for before', async () => {
    const model = addModel()
    await model.load()
    const runs = [model.run({ x: new Float32Array(3) }), model.run({ x: new Float32Array(3) })]
    const disposed = model.dispose()
    expect((await Promise.all(runs)).map(({ y }) => y?.data[2])).toEqual([3, 3])
    await disposed
  })

  it('frees a session that is being created when its load is abandoned', async () => {
    const controller = new AbortController()
    const create = ort.InferenceSession.create.bind(ort.InferenceSession)
    let released = 0
    vi.spyOn(ort.InferenceSession, 'create').mockImplementationOnce(async (bytes, options) => {
      const session = await create(bytes, options)
      vi.spyOn(session, 'release').mockImplementation(async () => void released++)
      controller.abort(new Error('left'))
      return session
    })
    await expect(addModel().load({ signal: controller.signal })).rejects.toThrow('left')
    await expect.poll(() => released).toBe(1)
  })

  it('ends a load that is under way', async () => {
    const model = addModel(never)
    const loading = model.load()
    await model.dispose()
    await expect(loading).rejects.toThrow('net.pth was disposed of while it loaded')
  })

  it('of a model that was never loaded does nothing', async () => {
    await addModel().dispose()
  })
})
