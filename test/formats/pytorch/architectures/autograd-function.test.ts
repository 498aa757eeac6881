import { describe, expect, it } from 'vitest'
import { runModel, seededFloats } from '../../../support/run-model.ts'
import { runPython } from '../evaluator/run-python.ts'
import { convertWritten, writtenModel } from '../frontends/written-model.ts'

const SWISH = `import torch, torch.nn as nn
class Swish(torch.autograd.Function):
    @staticmethod
    def forward(ctx, i, power=1):
        result = i * torch.sigmoid(i) ** power
        ctx.save_for_backward(i)
        ctx.power = power
        return result
    @staticmethod
    def backward(ctx, grad): return grad * ctx.saved_tensors[0]
swish = Swish.apply
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))
    def forward(self, x): return swish(x, 2) * self.w
`

// What torch 2 answers to the same lines under torch.no_grad().
const PROGRAM = `import torch, torch.nn as nn
from torch.autograd import Function, Variable
from torch.autograd.function import once_differentiable
seen = []
class A(Function):
    @staticmethod
    def forward(ctx, x, w, k=2):
        seen.append(ctx.needs_input_grad)
        ctx.save_for_backward(x)
        seen.append(ctx.saved_tensors)
        ctx.mark_dirty(x)
        ctx.mark_non_differentiable(w)
        ctx.set_materialize_grads(False)
        return x.unsqueeze(0), k
    @staticmethod
    @once_differentiable
    def backward(ctx, g): return g
class B(Function):
    @staticmethod
    def forward(x, k=2): return k
    @staticmethod
    def setup_context(ctx, inputs, output): ctx.save_for_backward(*inputs)
    @staticmethod
    def backward(ctx, g): return g
class C(Function):
    def forward(ctx, x): return [x]
w = nn.Parameter(torch.ones(2))
def caught(f):
    try: return f()
    except (RuntimeError, NotImplementedError) as e: return type(e).__name__
`

describe('torch.autograd.Function', () => {
  it('computes what its forward does', async () => {
    const { model } = convertWritten(writtenModel({ w: [4] }, { 'model.py': SWISH }), {
      class: 'Net',
      inputs: [{ name: 'x', dims: [4] }],
    })
    const data = Float32Array.of(-2, -0.5, 0.5, 2)
    const [output] = (await runModel(model, { x: { dtype: 'float32', dims: [4], data } })).values()
    const weights = seededFloats(4)
    for (const [index, x] of data.entries()) {
      const expected = (x / (1 + Math.exp(-x)) ** 2) * Number(weights[index])
      expect(Number(output?.data[index])).toBeCloseTo(expected, 5)
    }
  })

  it.each([
    ['A.apply(torch.ones(2), w)[0].shape, A.apply(w * 2, w, 5)[1]', '(torch.Size([1, 2]), 5)'],
    ['A.apply(torch.ones(2), w), A.apply(w, w, 5), seen', '[(False, True), (), (True, True, False), ()]'],
    ['B.apply(w), B.apply(w, k=3), B.apply(w, 4)', '(2, 3, 4)'],
    ['C.apply(w)[0] is w', 'True'],
    ['caught(lambda: C()(w)), caught(lambda: Function.apply(w))', "('RuntimeError', 'NotImplementedError')"],
    [
      'Variable(w) is w, Variable(w, requires_grad=False) is w, isinstance(w, Variable)',
      '(True, True, True)',
    ],
  ])('%s', (expression, repr) => {
    const text = expression.endsWith(', seen') ? `(${expression})[-1]` : expression
    expect(runPython(`${PROGRAM}result = ${text}\n`)).toBe(repr)
  })
})
