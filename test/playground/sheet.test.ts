import { expect, it } from 'vitest'
import { Sheet } from '../../playground/src/drawing/sheet.ts'

function sheetWithCount() {
  const changes = { count: 0 }
  return { changes, sheet: new Sheet(() => changes.count++) }
}

it('keeps a stroke from pen down to pen up', () => {
  const { sheet } = sheetWithCount()
  sheet.begin({ x: 10, y: 10 })
  sheet.extend({ x: 20, y: 10 })
  sheet.end()
  sheet.extend({ x: 30, y: 10 })
  expect(sheet.strokes).toEqual([
    [
      { x: 10, y: 10 },
      { x: 20, y: 10 },
    ],
  ])
  expect(sheet.penIsDown).toBe(false)
})

it('leaves out points that lie too near, without a change', () => {
  const { sheet, changes } = sheetWithCount()
  sheet.begin({ x: 10, y: 10 })
  const before = changes.count
  sheet.extend({ x: 11, y: 10 })
  expect(sheet.strokes[0]).toHaveLength(1)
  expect(changes.count).toBe(before)
})

it('keeps points on the pad when the pen leaves it', () => {
  const { sheet } = sheetWithCount()
  sheet.begin({ x: -5, y: 300 })
  expect(sheet.strokes[0]).toEqual([{ x: 0, y: 280 }])
})

it('undoes stroke by stroke and clears at once', () => {
  const { sheet } = sheetWithCount()
  for (const x of [10, 100, 200]) {
    sheet.begin({ x, y: 10 })
    sheet.end()
  }
  sheet.undo()
  expect(sheet.strokes).toHaveLength(2)
  sheet.clear()
  expect(sheet.strokes).toHaveLength(0)
  sheet.undo()
  expect(sheet.strokes).toHaveLength(0)
})
