import type { Point } from './drawing/ink.ts'
import { attachKeyboardPen } from './drawing/keyboard-pen.ts'
import { paintPad, paintThumbnail } from './drawing/paint.ts'
import { attachPointerPen } from './drawing/pointer-pen.ts'
import { Sheet } from './drawing/sheet.ts'
import { isVariant, MODELS, type Variant } from './models.ts'
import { digitImage } from './reading/digit-image.ts'
import { type HeldOutDigit, imageOf, loadHeldOutDigits } from './reading/held-out.ts'
import { newestOnly } from './reading/newest-only.ts'
import { probabilities } from './reading/probabilities.ts'
import { Answer } from './view/answer.ts'
import { Download } from './view/download.ts'
import { element } from './view/element.ts'
import { attachHeldOutCheck } from './view/held-out-check.ts'
import { showImportCost, showLayers, showRuntimeBytes } from './view/import-cost.ts'
import { chooseSamples, showSamples } from './view/samples.ts'

const BLANK = digitImage([])

const pad = element('pad', HTMLCanvasElement)
const seen = element('seen', HTMLCanvasElement)
const undo = element('undo', HTMLButtonElement)
const clear = element('clear', HTMLButtonElement)
const reading = element('reading', HTMLElement)

const darkMode = matchMedia('(prefers-color-scheme: dark)')

const answer = new Answer()
const download = new Download(() => void prepare())
const sheet = new Sheet(() => {
  sample = undefined
  update()
})

let variant: Variant = 'int8'
let sample: HeldOutDigit | undefined
let samples: readonly HeldOutDigit[] = []
let pen: Point | undefined
/** What the answer shown should be of. */
let newest: Float32Array | undefined
/** What each variant's first load took, in milliseconds. */
const loadTimes = new Map<Variant, number>()

/** Loads the chosen variant, if that has not been done, and reads what is on the pad. */
async function prepare(): Promise<void> {
  const wanted = variant
  const model = MODELS[wanted]
  const start = performance.now()
  const isShown = () => wanted === variant
  try {
    if (!loadTimes.has(wanted)) {
      download.progress(0, model.meta.bytes)
      await model.load({ onProgress: ({ loaded, total }) => isShown() && download.progress(loaded, total) })
      loadTimes.set(wanted, loadTimes.get(wanted) ?? performance.now() - start)
    }
  } catch (error) {
    if (isShown()) download.failed(error)
    return
  }
  if (!isShown()) return
  download.ready(model.meta.bytes, loadTimes.get(wanted) ?? 0)
  showRuntimeBytes()
  update()
}

const read = newestOnly<Float32Array>(
  async (image) => {
    const start = performance.now()
    const { logits } = await MODELS[variant].run({ image })
    const milliseconds = performance.now() - start
    if (isEmpty()) return
    answer.show(probabilities(logits.data), milliseconds)
    if (image !== newest) return
    reading.ariaBusy = 'false'
    if (!sheet.penIsDown) answer.announce()
  },
  (error) => download.failed(error),
)

function isEmpty(): boolean {
  return !sample && sheet.strokes.length === 0
}

/** Shows what is on the pad, and has it read once the model is there. */
function update(): void {
  newest = isEmpty() ? undefined : currentImage()
  paint()
  undo.disabled = sheet.strokes.length === 0
  clear.disabled = isEmpty()
  element('placeholder', HTMLElement).hidden = !isEmpty()
  reading.ariaBusy = String(newest !== undefined)
  if (!newest) answer.clear()
  else if (loadTimes.has(variant)) read(newest)
}

function currentImage(): Float32Array {
  return sample ? imageOf(sample) : digitImage(sheet.strokes)
}

function paint(): void {
  const { strokes, penIsDown } = sheet
  paintPad(pad, { strokes, penIsDown, pen, sample: sample && imageOf(sample) })
  paintThumbnail(seen, newest ?? BLANK)
}

function showSample(digit: HeldOutDigit): void {
  sheet.clear()
  sample = digit
  update()
}

function choose(chosen: Variant): void {
  variant = chosen
  document.documentElement.dataset['variant'] = chosen
  showImportCost(chosen)
  forgetCheck()
  void prepare()
}

async function offerSamples(): Promise<void> {
  samples = chooseSamples(await loadHeldOutDigits())
  const paintSamples = showSamples(samples, showSample)
  paintSamples()
  darkMode.addEventListener('change', paintSamples)
}

attachPointerPen(pad, sheet)
attachKeyboardPen(pad, sheet, {
  onPen(place) {
    pen = place
    paint()
  },
  onExample(digit) {
    const found = samples.find(({ label }) => label === digit)
    if (found) showSample(found)
  },
})
const forgetCheck = attachHeldOutCheck(() => variant)
undo.addEventListener('click', () => sheet.undo())
clear.addEventListener('click', () => sheet.clear())
element('variant', HTMLFieldSetElement).addEventListener('change', ({ target }) => {
  if (target instanceof HTMLInputElement && isVariant(target.value)) choose(target.value)
})
new ResizeObserver(paint).observe(pad)
darkMode.addEventListener('change', paint)
showLayers()
choose(variant)
offerSamples().catch((error) => download.failed(error))
