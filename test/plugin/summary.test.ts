import { expect, it } from 'vitest'
import { summaryLine, warningLines } from '../../src/plugin/summary.ts'
import { resultOf } from './results.ts'

it('tells a conversion in one line', () => {
  expect(summaryLine({ path: '/app/src/net.pth', query: 'quant=int8' }, resultOf())).toBe(
    'net.pth?quant=int8  1.7 MB → 450 kB (26 %)  int8  error 1.2e-3, 41 dB  840 ms, miss',
  )
})

it('leaves out what was not done', () => {
  expect(
    summaryLine(
      { path: '/app/src/net.pth', query: '' },
      resultOf({ quantization: { scheme: 'none', layers: [] }, validation: null, cache: 'hit' }),
    ),
  ).toBe('net.pth  1.7 MB → 450 kB (26 %)  840 ms, hit')
})

it('tells the wait for another conversion apart from what this one took', () => {
  const overhead = { lookUp: 12, wait: 4916, start: 0, other: 0 }
  const hit = resultOf({ cache: 'hit', ms: 4928, overhead })
  expect(summaryLine({ path: '/app/src/net.pth', query: '' }, hit)).toMatch(
    / 12 ms, hit after 4916 ms of waiting$/,
  )
})

it('tells each warning with the model that it is about', () => {
  const result = resultOf({ warnings: ['The result was not validated'] })
  expect(warningLines({ path: '/app/src/net.pth', query: '' }, result)).toEqual([
    'net.pth: The result was not validated',
  ])
})
