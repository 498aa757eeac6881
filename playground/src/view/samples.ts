import { paintThumbnail } from '../drawing/paint.ts'
import { type HeldOutDigit, imageOf } from '../reading/held-out.ts'
import { indexOfLargest } from '../reading/probabilities.ts'
import { element, make } from './element.ts'

/** One held-out digit of each kind, then those that PyTorch misreads. */
export function chooseSamples(digits: readonly HeldOutDigit[]): HeldOutDigit[] {
  const firsts = Array.from({ length: 10 }, (_, label) =>
    digits.find((digit) => digit.label === label && isRight(digit)),
  )
  return [...firsts.filter((digit) => digit !== undefined), ...digits.filter((digit) => !isRight(digit))]
}

function isRight({ label, logits }: HeldOutDigit): boolean {
  return indexOfLargest(logits) === label
}

/** `9`, or `9 as 8` where PyTorch misreads it. */
function describe(digit: HeldOutDigit): string {
  return isRight(digit) ? String(digit.label) : `${digit.label} as ${indexOfLargest(digit.logits)}`
}

/** A row of buttons that put a sample on the pad. Returns a function that paints them, for when colours change. */
export function showSamples(
  samples: readonly HeldOutDigit[],
  onChoose: (digit: HeldOutDigit) => void,
): () => void {
  const thumbnails = samples.map((digit) => {
    const canvas = make('canvas', 'thumbnail')
    const button = make('button', 'sample')
    button.type = 'button'
    button.dataset['sample'] = String(digit.label)
    button.ariaLabel = `Held-out digit: ${describe(digit)}`
    button.append(canvas, make('span', 'label', describe(digit)))
    button.addEventListener('click', () => onChoose(digit))
    return { button, paint: () => paintThumbnail(canvas, imageOf(digit)) }
  })
  const items = thumbnails.map(({ button }) => {
    const item = make('li', '')
    item.append(button)
    return item
  })
  element('samples', HTMLUListElement).replaceChildren(...items)
  return () => {
    for (const { paint } of thumbnails) paint()
  }
}
