import { describe, expect, test } from 'vitest'
import { asModelError, fromWire, toWire } from '../../../src/convert/worker/error-wire.ts'
import { ModelError } from '../../../src/errors/index.ts'

/** As a thread posts it. */
const across = (thrown: unknown): ModelError => fromWire(structuredClone(toWire(thrown)))

describe('an error that crosses a thread', () => {
  test('keeps code, text and place', () => {
    const error = new ModelError('INVALID_NODE', {
      what: 'Conv cannot take these inputs',
      where: { file: 'net.onnx', node: 'Conv /stem/conv' },
      why: 'W has rank 2',
      next: 'Check the exporter',
    })
    const arrived = across(error)
    expect(arrived).toBeInstanceOf(ModelError)
    expect([arrived.code, arrived.message]).toEqual([error.code, error.message])
    const { cause, ...details } = arrived.details
    expect(details).toEqual(error.details)
    expect(cause).toBeInstanceOf(Error)
  })

  test('keeps the stack of what caused it, which structured cloning need not be able to carry', () => {
    const cause = Object.assign(new Error('inner'), { callback: () => undefined })
    const arrived = across(new ModelError('CORRUPT_FILE', { what: 'net.pth is damaged', cause }))
    expect(arrived.details.cause).toMatchObject({ stack: cause.stack })
  })

  test('that is none of ours is a bug of ours, and says where it was thrown', () => {
    const thrown = new TypeError("Cannot read properties of undefined (reading 'dims')")
    const arrived = across(thrown)
    expect(arrived.message).toMatch(
      /^\[INTERNAL\] TypeError: Cannot read properties of undefined \(reading 'dims'\)\. This is a bug in unplugin-model, not in the model\. Please report it/,
    )
    expect(arrived.details.cause).toMatchObject({ stack: thrown.stack })
  })

  test.each([
    ['a text', 'a text'],
    [undefined, 'undefined'],
    [{ code: 7 }, '[object Object]'],
  ])('may be no error at all: %j', (thrown, what) => {
    expect(across(thrown).details.what).toBe(what)
  })
})

describe('room that a model asks for and JavaScript has not', () => {
  const recurse = (): number => 1 + recurse()
  test.each<[string, () => unknown]>([
    ['an array', () => new Array(-1)],
    ['a typed array', () => new Float32Array(-1)],
    ['a buffer', () => new ArrayBuffer(2 ** 53 - 1)],
    ['a text', () => 'x'.repeat(2 ** 30)],
    ['the stack', recurse],
  ])('is the model’s doing: %s', (_, allocate) => {
    expect(() => {
      try {
        allocate()
      } catch (error) {
        throw asModelError(error)
      }
    }).toThrow(/^\[LIMIT_EXCEEDED\] The model asks for more room than JavaScript has/)
  })

  test('is not what every RangeError says', () => {
    expect(asModelError(new RangeError('toFixed() digits argument must be between 0 and 100')).code).toBe(
      'INTERNAL',
    )
  })
})
