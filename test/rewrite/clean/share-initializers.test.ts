import { describe, expect, it } from 'vitest'
import { LazyTensor, MemorySource, SourceTensor, tensorData, tensorOver } from '../../../src/graph/index.ts'
import { rewrite } from '../../../src/rewrite/index.ts'
import { seededFloats } from '../../support/run-model.ts'
import { bodyOf, rewritten } from '../rewritten.ts'
import { modelOf, weights } from '../small-models.ts'

/** Bytes of a file, counting what is read of them. */
class CountingSource extends MemorySource {
  count = 0

  override read(offset: number, length: number): Uint8Array {
    this.count += length
    return super.read(offset, length)
  }
}

describe('share-initializers', () => {
  it('reads little of weights that differ', () => {
    const [a, c] = [1, 2].map((seed) => new CountingSource(weights([64, 64], seed).bytes(), 'net.onnx'))
    if (!a || !c) throw new Error('two sources are made above')
    const model = modelOf((b, x) => {
      const flat = b.reshape(x, b.int64s([-1, 1]))
      const row = b.matMul(flat, b.constant(weights([1, 64], 3)))
      return b.matMul(
        b.matMul(row, b.constant(new SourceTensor('float32', [64, 64], a))),
        b.constant(new SourceTensor('float32', [64, 64], c)),
      )
    })
    rewrite(model, { level: 'basic' })
    expect(a.count).toBeLessThan(256)
    expect(c.count).toBeLessThan(256)
  })

  it('tells weights apart that begin and end alike', () => {
    const data = seededFloats(4096)
    const other = data.map((value, index) => (index === 2000 ? value + 1 : value))
    const model = modelOf((b, x) => {
      const [first, second] = [data, other].map((values) =>
        b.constant(tensorOver('float32', [4, 1024], values)),
      )
      return first && second ? b.matMul(b.matMul(x, first), b.transpose(second, { perm: [1, 0] })) : x
    })
    rewrite(model, { level: 'basic' })
    const sums = [...model.graph.initializers].map(({ tensor }) =>
      tensor ? Array.from(tensorData(tensor), Number).reduce((a, c) => a + c, 0) : 0,
    )
    expect(new Set(sums).size).toBe(2)
  })

  it('computes no large weight that is made when the model is written', () => {
    let computed = 0
    const lazy = () =>
      new LazyTensor('float32', [4, 1024], () => {
        computed++
        return weights([4, 1024]).bytes()
      })
    const model = modelOf((b, x) =>
      b.sub(b.matMul(x, b.constant(lazy())), b.matMul(b.exp(x), b.constant(lazy()))),
    )
    rewrite(model, { level: 'basic' })
    expect(computed).toBe(0)
  })

  it('stores once what two branches hold each for itself', async () => {
    const model = modelOf((b, x) => {
      const positive = b.greater(b.reduceMax(x, { keepdims: 0 }), b.scalar('float32', 0))
      const own = (rule: (inner: typeof b) => typeof x) => bodyOf(b, (inner) => [rule(inner)])
      const [result] = b.if(positive, {
        then_branch: own((inner) => inner.matMul(x, inner.graph.addInitializer(weights([4, 4], 5)))),
        else_branch: own((inner) =>
          inner.neg(inner.matMul(x, inner.graph.addInitializer(weights([4, 4], 5)))),
        ),
      })
      return result ?? x
    })
    const shared = await rewritten(model)
    const held = [...shared.graph.initializers].filter(({ dims }) => dims.length === 2)
    expect(held).toHaveLength(1)
  })
})
