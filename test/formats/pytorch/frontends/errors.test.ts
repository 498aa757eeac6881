import { describe, expect, it } from 'vitest'
import { ModelError } from '../../../../src/errors/index.ts'
import type { FrontEndOptions } from '../../../../src/formats/index.ts'
import { pytorchWeights } from '../../../../src/formats/pytorch/frontends/index.ts'
import { MemorySource } from '../../../../src/graph/index.ts'
import { convertFixture, openFixture } from './convert.ts'

function errorOf(run: () => unknown): ModelError {
  try {
    run()
  } catch (error) {
    if (error instanceof ModelError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

/** The weights of `fixtures/state-dict` with another `model.py`. */
function withModel(text: string, options: Partial<FrontEndOptions> = {}): unknown {
  const weights = openFixture('state-dict/net.pth')
  const bytes = weights.read(0, weights.size)
  const source = new MemorySource(bytes, 'net.pth', new Map([['model.py', new TextEncoder().encode(text)]]))
  return pytorchWeights.normalise(source, {
    inputs: [],
    guards: 'warn',
    arch: './model.py',
    ...options,
  })
}

const original = (): string =>
  new TextDecoder().decode(
    openFixture('state-dict/net.pth')
      .sibling('model.py')
      .read(0, openFixture('state-dict/net.pth').sibling('model.py').size),
  )
const image = { name: 'image', dims: [{ name: 'N' }, 3, 32, 32] } as const

describe('errors of PyTorch models', () => {
  it('names all operators without a conversion at once, with the lines of the user', () => {
    const error = errorOf(() => convertFixture('unsupported/net.pth'))
    expect(error.code).toBe('UNSUPPORTED_OPERATOR')
    expect(error.details.what).toBe(
      '3 operators have no conversion: torch.linalg.qr (fixtures/unsupported/recipe.py:29); ' +
        'torch.linalg.eigh (fixtures/unsupported/recipe.py:14); ' +
        'torch.special.bessel_j0 (fixtures/unsupported/recipe.py:19)',
    )
  })

  it('asks for an architecture where there is none', () => {
    const error = errorOf(() => convertFixture('state-dict/net.pth'))
    expect(error.code).toBe('NEEDS_ARCHITECTURE')
    expect(error.message).toContain('?arch=./model.py&class=Net')
  })

  it('asks for a shape that many sizes fit, with a query to paste', () => {
    const error = errorOf(() => convertFixture('scripted-cnn/net.pth'))
    expect(error.code).toBe('NEEDS_INPUT_SHAPE')
    expect(error.message).toContain('?input=image:f32[N,3,224,224]')
  })

  it.each<[string, string, string, readonly string[]]>([
    [
      'a renamed layer',
      'self.fc = nn.Linear',
      'self.head = nn.Linear',
      ['head.weight', 'the file has fc.weight, fc.bias'],
    ],
    [
      'another width',
      'width=8',
      'width=16',
      ['conv1.weight: [8,3,7,7] in the file, [16,3,7,7] in the model', 'and'],
    ],
    [
      'a missing layer',
      'self.fc = nn.Linear(width * 2 * block.expansion, num_classes)',
      'self.fc = nn.Identity()',
      ['the file has fc.weight, fc.bias, which the model lacks'],
    ],
  ])('holds weights and architecture against each other: %s', (_, before, after, parts) => {
    const error = errorOf(() =>
      withModel(
        original()
          .replaceAll(before, after)
          .replace(
            'self.fc(self',
            before.startsWith('self.fc = nn.Linear') && after.includes('head')
              ? 'self.head(self'
              : 'self.fc(self',
          ),
        { class: 'Net', inputs: [image] },
      ),
    )
    expect(error.code).toBe('WEIGHTS_MISMATCH')
    for (const part of parts) expect(error.message).toContain(part)
  })

  it.each<[string, Partial<FrontEndOptions>, string, string]>([
    ['a class that is not there', { class: 'Nett' }, 'BAD_QUERY_VALUE', 'Did you mean class=Net?'],
    ['a choice of classes', {}, 'NEEDS_ARCHITECTURE', 'class=BasicBlock or class=Net'],
    [
      'arguments that are no JSON',
      { class: 'Net', args: '{depth: 1}' },
      'BAD_QUERY_VALUE',
      'args={"depth":50}',
    ],
    [
      'an unknown argument',
      { class: 'Net', args: '{"depth": 1}' },
      'BAD_QUERY_VALUE',
      'Net takes no depth. It is Net(block=BasicBlock, layers=…',
    ],
    ['an architecture of the library', { arch: 'resnet18' }, 'NOT_BUILT_YET', 'arch=resnet18'],
    ['a source that is not there', { arch: './net.py' }, 'FILE_NOT_FOUND', 'net.py does not exist'],
    ['a path outside of the folder', { arch: '../model.py' }, 'UNSAFE_PATH', '../model.py'],
    [
      'an input of another name',
      { class: 'Net', inputs: [{ name: 'imagee', dims: [1] }] },
      'BAD_QUERY_VALUE',
      'Did you mean image?',
    ],
    [
      'too many inputs',
      { class: 'Net', inputs: [{ dims: [1] }, { dims: [1] }] },
      'BAD_QUERY_VALUE',
      'Its inputs are image',
    ],
    [
      'a shape that the layers do not take',
      { class: 'Net', inputs: [{ dims: [1, 4, 32, 32] }] },
      'BAD_INPUT_SHAPE',
      'model.py:',
    ],
    ['a method that is not there', { class: 'Net', method: 'encode' }, 'BAD_QUERY_VALUE', 'no method encode'],
  ])('refuses %s', (_, options, code, text) => {
    const error = errorOf(() => withModel(original(), options))
    expect(error.code).toBe(code)
    expect(error.message).toContain(text)
  })

  it('cites the line of a branch on data that a graph has no form for', () => {
    const text = original().replace(
      'x = self.maxpool(x)',
      'if x.sum() > 0:\n            x = self.maxpool(x).flatten()',
    )
    const error = errorOf(() => withModel(text, { class: 'Net', inputs: [image] }))
    expect(error.code).toBe('UNSUPPORTED_CONSTRUCT')
    expect(error.details.where).toMatchObject({
      file: 'model.py',
      line: text.split('\n').findIndex((line) => line.includes('if x.sum()')) + 1,
    })
  })
})

describe('decisions on dynamic dims', () => {
  const guarded = (): string =>
    original().replace('x = self.maxpool(x)', 'if x.shape[2] > 12:\n            x = self.maxpool(x)')
  const dynamic = { name: 'image', dims: [{ name: 'N' }, 3, { name: 'H', hint: 32 }, 32] } as const

  it('are recorded as guards', () => {
    const normalised = withModel(guarded(), { class: 'Net', inputs: [dynamic] })
    expect(normalised).toMatchObject({
      guards: [{ dim: 'H', assumed: 'floor((H + 1)/2) > 12', at: expect.stringMatching(/^model\.py:\d+$/) }],
    })
  })

  it('are refused under guards=strict', () => {
    const error = errorOf(() => withModel(guarded(), { class: 'Net', inputs: [dynamic], guards: 'strict' }))
    expect(error.code).toBe('GUARD_FAILED')
    expect(error.message).toContain('floor((H + 1)/2) > 12')
  })

  it('are none when the range settles them', () => {
    const large = { name: 'image', dims: [{ name: 'N' }, 3, { name: 'H', hint: 64, min: 32 }, 32] } as const
    expect(withModel(guarded(), { class: 'Net', inputs: [large] })).toMatchObject({ guards: [] })
  })
})
