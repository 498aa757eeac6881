import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ModelError } from '../../../../../src/errors/index.ts'
import { type Json, readJson } from '../../../../../src/formats/pytorch/exported/json/read-json.ts'

const read = (text: string): Json => readJson(text, 'model.json')

/** As JSON.parse gives it: maps as objects without a prototype, big ints as numbers. */
function plain(value: Json): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]))
  if (typeof value === 'bigint') return Number(value)
  return Array.isArray(value) ? value.map(plain) : value
}

describe('readJson', () => {
  it.each<readonly [string, Json]>([
    ['null', null],
    [' true ', true],
    ['-0.5e-3', -0.0005],
    ['9223372036854775807', 9223372036854775807n],
    ['-9007199254740991', -9007199254740991],
    ['NaN', Number.NaN],
    ['-Infinity', Number.NEGATIVE_INFINITY],
    ['"a\\u00e9\\n\\"\\\\"', 'aé\n"\\'],
    ['[]', []],
    ['[ 1 , [ ] ]', [1, []]],
  ])('%s', (text, value) => {
    expect(read(text)).toEqual(value)
  })

  it('keeps keys in a map, whatever they are called', () => {
    const value = read('{"__proto__": {"x": 1}, "constructor": 2}')
    expect(value).toEqual(
      new Map<string, Json>([
        ['__proto__', new Map([['x', 1]])],
        ['constructor', 2],
      ]),
    )
    expect(Object.prototype).not.toHaveProperty('x')
  })

  it('reads what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value)
        expect(plain(read(text))).toEqual(JSON.parse(text))
      }),
      { numRuns: 500, seed: 1 },
    )
  })

  it.each([
    ['', 'no value where one belongs'],
    ['{"a" 1}', 'a key without a value'],
    ['{a: 1}', 'no key where one belongs'],
    ['[1 2]', 'neither a comma nor ]'],
    ['"abc', 'a string without an end'],
    ['"\\x"', 'an escape that does not exist'],
    ['1 2', 'text behind its end'],
    ['[1,]', 'no value where one belongs'],
  ])('says what is wrong with %s', (text, what) => {
    expect(() => read(text)).toThrow(what)
  })

  it('nests no deeper than any program does', () => {
    expect(() => read('['.repeat(100_000))).toThrow('[LIMIT_EXCEEDED]')
  })

  it('reads or refuses two thousand damaged texts', () => {
    const original = JSON.stringify({
      graph: { nodes: [{ target: 'a\u00e9"', inputs: [1.5, -2, null, true] }] },
    })
    fc.assert(
      fc.property(fc.nat(original.length - 1), fc.string({ maxLength: 3 }), fc.nat(3), (at, text, gone) => {
        try {
          read(original.slice(0, at) + text + original.slice(at + gone))
        } catch (error) {
          expect(error).toBeInstanceOf(ModelError)
        }
      }),
      { numRuns: 2000, seed: 2 },
    )
  })
})
