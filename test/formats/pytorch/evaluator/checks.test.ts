import { describe, expect, it } from 'vitest'
import { callSource } from '../call-source.ts'

const DIMS = [{ name: 'N', hint: 2 }, 3]

describe('a check that only the data decides is taken to pass, and said to', () => {
  it.each([
    ['an assertion', ['assert (x > 0).all()', 'return x + 1']],
    ['an assertion of what is found', ['assert x.nonzero().shape[0] > 1', 'return x + 1']],
    ['an error behind a test', ['if x.isnan().any(): raise ValueError(f"{x.shape}")', 'return x + 1']],
    [
      'an error with a message made before it',
      ['if x.max() > 9:', '    m = "much"', '    raise ValueError(m)', 'return x + 1'],
    ],
    ['an error on the other way', ['if x.max() < 9: y = x + 1', 'else: raise ValueError()', 'return y']],
  ])('%s', (_, body) => {
    const { model, assumptions } = callSource(body, DIMS)
    expect(assumptions).toEqual([
      expect.stringMatching(/^The data passes the check of the model's own at case.py:6$/),
    ])
    expect([...model.graph.nodes()].map(({ op }) => op)).toContain('Add')
  })

  it('what takes another way is a branch of the graph', () => {
    const { model, assumptions } = callSource(['if x.max() > 9: return x * 2', 'return x + 1'], DIMS)
    expect([...model.graph.nodes()].map(({ op }) => op)).toContain('If')
    expect(assumptions).toEqual([])
  })
})

describe('what drops at random', () => {
  it.each([
    ['torch.nn.functional.dropout(x)', 'torch.dropout drops elements'],
    ['torch.nn.functional.dropout2d(x, 0.1)', 'torch.feature_dropout drops elements'],
    ['torch.nn.functional.alpha_dropout(x, 0.1, True)', 'torch.alpha_dropout drops elements'],
    ['torch.nn.Dropout(0.3)(x)', 'torch.dropout drops elements'],
    ['torch.nn.functional.rrelu(x, training=True)', 'torch.rrelu takes slopes'],
    [
      'torch.nn.functional.scaled_dot_product_attention(x, x, x, dropout_p=0.1)',
      'torch.scaled_dot_product_attention drops elements',
    ],
  ])('is left out of %s with a warning that names the line', (call, said) => {
    expect(callSource([`return 1 + ${call}`], DIMS).warnings).toEqual([
      expect.stringMatching(
        new RegExp(`^${said} at random \\(case.py:6\\), as it is called for training; that was left out`),
      ),
    ])
  })

  it.each([
    'torch.nn.functional.dropout(x, 0.0)',
    'torch.nn.functional.dropout(x, training=False)',
    'torch.nn.Dropout(0.3).eval()(x)',
    'torch.nn.functional.dropout(x, 1.0)',
  ])('%s leaves nothing to chance', (call) => {
    expect(callSource([`return 1 + ${call}`], DIMS).warnings).toEqual([])
  })
})
