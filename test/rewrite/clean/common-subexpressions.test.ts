import { describe, expect, it } from 'vitest'
import { type Builder, MemoryTensor, tensorOf, type Value } from '../../../src/graph/index.ts'
import { rewrite } from '../../../src/rewrite/index.ts'
import { bodyOf, rewritten } from '../rewritten.ts'
import { feeds, modelOf, operators } from '../small-models.ts'

const wide = { x: { ...feeds.x, dims: [1, 3, 4, 4], data: feeds.x.data.slice(0, 48) } }

describe('common-subexpressions', () => {
  const equal: readonly (readonly [string, (b: Builder, x: Value) => Value, readonly string[]])[] = [
    ['one operator on one input', (b, x) => b.add(b.exp(x), b.neg(b.exp(x))), ['Exp', 'Neg', 'Add']],
    [
      'whole chains, in one walk',
      (b, x) => b.mul(b.sin(b.exp(b.abs(x))), b.cos(b.exp(b.abs(x)))),
      ['Abs', 'Exp', 'Sin', 'Cos', 'Mul'],
    ],
    [
      'operands in either order, where the order changes nothing',
      (b, x) => b.sub(b.mul(b.exp(x), x), b.tanh(b.mul(x, b.exp(x)))),
      ['Exp', 'Mul', 'Tanh', 'Sub'],
    ],
    [
      'attributes that are equal lists, strings and tensors',
      (b, x) => {
        const filled = () =>
          b.constantOfShape(b.shape(x, { end: 1 }), { value: tensorOf('float32', [1], [2]) })
        const padded = () => b.pad(x, b.int64s([0, 0, 1, 1, 0, 0, 1, 1]), { mode: 'edge' })
        const turned = (v: Value) => b.transpose(v, { perm: [0, 1, 3, 2] })
        const sum = b.reduceSum(b.mul(filled(), b.exp(filled())), { keepdims: 0 })
        return b.mul(b.sub(turned(padded()), b.exp(turned(padded()))), sum)
      },
      ['Shape', 'ConstantOfShape', 'Exp', 'Mul', 'ReduceSum', 'Pad', 'Transpose', 'Exp', 'Sub', 'Mul'],
    ],
    [
      'several results at once',
      (b, x) => {
        const [low, , high] = [
          b.split(x, { axis: 2, num_outputs: 2 }),
          b.split(x, { axis: 2, num_outputs: 2 }),
        ].flat()
        return low && high ? b.sub(low, b.exp(high)) : x
      },
      ['Split', 'Exp', 'Sub'],
    ],
    [
      'results whose sizes only the data decides',
      (b, x) => {
        const found = () => b.castLike(b.nonZero(b.greater(x, b.scalar('float32', 0.2))), x)
        const sum = b.sub(b.reduceSum(found(), { keepdims: 0 }), b.reduceMax(found(), { keepdims: 0 }))
        return b.mul(x, sum)
      },
      ['Greater', 'NonZero', 'Cast', 'ReduceSum', 'ReduceMax', 'Sub', 'Mul'],
    ],
    [
      'what a branch computes and the graph around it has',
      (b, x) => {
        const outer = b.exp(x)
        const positive = b.greater(b.reduceMax(x, { keepdims: 0 }), b.scalar('float32', 0))
        const [result] = b.if(positive, {
          then_branch: bodyOf(b, (inner) => [inner.add(inner.exp(x), inner.exp(x))]),
          else_branch: bodyOf(b, (inner) => [inner.neg(inner.exp(x))]),
        })
        return b.mul(result ?? x, outer)
      },
      ['Exp', 'ReduceMax', 'Greater', 'If', 'Neg', 'Add', 'Mul'],
    ],
  ]
  it.each(equal)('makes one of %s', async (_, build, left) => {
    const { graph } = await rewritten(modelOf(build), { feeds: [feeds, wide] })
    expect([...graph.allNodes()].map(({ op }) => op).sort()).toEqual([...left].sort())
  })

  const different: readonly (readonly [string, (b: Builder, x: Value) => Value, string])[] = [
    ['attributes', (b, x) => b.sub(b.softmax(x, { axis: 1 }), b.softmax(x, { axis: 2 })), 'Softmax'],
    ['−0 and 0 as an attribute', (b, x) => b.sub(b.elu(x, { alpha: -0 }), b.elu(x, { alpha: 0 })), 'Elu'],
    [
      'operands in another order, which matters',
      (b, x) => b.mul(b.sub(x, b.exp(x)), b.sub(b.exp(x), x)),
      'Sub',
    ],
    ['two draws', (b, x) => b.sub(b.randomNormalLike(x), b.randomNormalLike(x)), 'RandomNormalLike'],
    [
      'dropouts of training',
      (b, x) => {
        const on = b.constant(new MemoryTensor('bool', [], Uint8Array.of(1)))
        const [half, drop] = [
          b.scalar('float32', 0.5),
          () => b.dropout(x, { ratio: half, training_mode: on }),
        ]
        return b.sub(drop(), drop())
      },
      'Dropout',
    ],
    [
      'parts that are cut differently',
      (b, x) => {
        const [a] = b.split(x, { axis: 2, num_outputs: 2 })
        const [c] = b.split(x, { axis: 2, num_outputs: 4 })
        return a && c ? b.add(b.reduceSum(a), b.reduceSum(c)) : x
      },
      'Split',
    ],
    [
      'dequantised weights, which onnxruntime wants one a reader',
      (b, x) => {
        const stored = b.constant(
          tensorOf(
            'int8',
            [4, 4],
            Array.from({ length: 16 }, (_, at) => at),
          ),
        )
        const weight = () => b.dequantizeLinear(stored, b.scalar('float32', 0.1))
        return b.matMul(b.matMul(x, weight()), weight())
      },
      'DequantizeLinear',
    ],
  ]
  it.each(different)('leaves apart %s', (_, build, op) => {
    const model = modelOf(build)
    const count = () => operators(model).filter((each) => each === op).length
    const before = count()
    expect(before).toBe(2)
    // Dequantised constants are no constants to fold here; what is compared is the number of nodes alone.
    rewrite(model, { level: 'basic' })
    expect(count()).toBe(before)
  })

  it('does not join what two branches compute, which do not see each other', async () => {
    const model = modelOf((b, x) => {
      const positive = b.greater(b.reduceMax(x, { keepdims: 0 }), b.scalar('float32', 0))
      const [result] = b.if(positive, {
        then_branch: bodyOf(b, (inner) => [inner.neg(inner.exp(x))]),
        else_branch: bodyOf(b, (inner) => [inner.exp(x)]),
      })
      return result ?? x
    })
    expect(operators(await rewritten(model)).filter((op) => op === 'Exp')).toHaveLength(2)
  })
})
