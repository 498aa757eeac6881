import { expect, test } from 'vitest'
import { queryFlag } from '../../src/cli/query-flag.ts'

test.each<[string, string | undefined]>([
  ['convert net.pth --quant int8', "quant is a key of the query: convert 'net.pth?quant=int8'"],
  ['convert --quant=int8 net.pth --json', "quant is a key of the query: convert 'net.pth?quant=int8'"],
  [
    'convert net.pth?format=onnx --quant int8',
    "quant is a key of the query: convert 'net.pth?format=onnx&quant=int8'",
  ],
  ['inspect net.pth --arch', "arch is a key of the query: inspect 'net.pth?arch=…'"],
  ['convert net.pth --jsn', undefined],
])('an option that is a key of the query: %s', (line, told) => {
  expect(queryFlag(line.split(' '))).toBe(told)
})
