import { MODELS, type Variant } from '../models.ts'
import { compareWithTorch } from '../reading/compare.ts'
import { imageOf, loadHeldOutDigits } from '../reading/held-out.ts'
import { element } from './element.ts'
import { formatError, formatMilliseconds } from './numbers.ts'

/**
 * The button that reads every held-out digit in this browser, in one batch, and compares the answers with PyTorch's.
 * Returns a function that takes the result off the page: it is of the variant that was chosen then.
 */
export function attachHeldOutCheck(current: () => Variant): () => void {
  const button = element('check', HTMLButtonElement)
  const result = element('check-result', HTMLOutputElement)

  const check = async (variant: Variant) => {
    const digits = await loadHeldOutDigits()
    const images = Float32Array.from(digits.flatMap((digit) => Array.from(imageOf(digit))))
    const start = performance.now()
    const { logits } = await MODELS[variant].run({ image: images })
    const each = (performance.now() - start) / digits.length
    const { total, right, agreeing, maxDifference } = compareWithTorch(digits, logits.data)
    if (variant !== current()) return
    Object.assign(result.dataset, { total, right, agreeing, maxDifference })
    result.value =
      `${variant}: ${right} of ${total} right, ${agreeing} as PyTorch reads them. ` +
      `Largest difference of a logit: ${formatError(maxDifference)}. ${formatMilliseconds(each)} a digit.`
  }

  button.addEventListener('click', () => {
    button.disabled = true
    result.value = 'Reading …'
    const variant = current()
    check(variant)
      .catch((error: unknown) => {
        if (variant === current()) result.value = error instanceof Error ? error.message : String(error)
      })
      .finally(() => {
        button.disabled = false
      })
  })

  return () => {
    result.value = result.defaultValue
    for (const key of Object.keys(result.dataset)) delete result.dataset[key]
  }
}
