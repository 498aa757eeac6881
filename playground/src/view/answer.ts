import { indexOfLargest } from '../reading/probabilities.ts'
import { element, make } from './element.ts'
import { formatMilliseconds, formatShare } from './numbers.ts'

const DIGITS = 10
const NO_GUESS = '–'
const INVITATION = 'It reads while you draw'

/** Smaller shares get no figure, so that the eye finds those that matter. */
const LEAST_SHOWN = 0.01

/** The guess, its probabilities as bars, and how long the model took. */
export class Answer {
  readonly #guess = element('guess', HTMLOutputElement)
  readonly #confidence = element('confidence', HTMLElement)
  readonly #latency = element('latency', HTMLElement)
  readonly #announcement = element('announcement', HTMLElement)
  readonly #bars = Array.from({ length: DIGITS }, (_, digit) => new Bar(digit))

  constructor() {
    element('probabilities', HTMLOListElement).append(...this.#bars.map((bar) => bar.item))
  }

  /** @param shares ten probabilities */
  show(shares: readonly number[], milliseconds: number): void {
    const digit = indexOfLargest(shares)
    const confidence = formatShare(shares[digit] ?? 0)
    this.#guess.value = String(digit)
    this.#guess.className = ''
    this.#confidence.textContent = `${confidence} sure`
    this.#latency.textContent = `read in ${formatMilliseconds(milliseconds)}`
    this.#latency.dataset['ms'] = String(milliseconds)
    for (const [index, bar] of this.#bars.entries()) bar.show(shares[index] ?? 0, index === digit)
  }

  /** Says the guess to screen readers: after a stroke, not while the pen moves. */
  announce(): void {
    const guess = this.#guess.value
    this.#announcement.textContent =
      guess === NO_GUESS ? '' : `Read as ${guess}, ${this.#confidence.textContent}`
  }

  clear(): void {
    this.#guess.value = NO_GUESS
    this.#guess.className = 'is-empty'
    this.#confidence.textContent = 'Nothing drawn yet'
    this.#latency.textContent = INVITATION
    this.#announcement.textContent = ''
    for (const bar of this.#bars) bar.show(0, false)
  }
}

class Bar {
  readonly item = make('li', 'probability')
  readonly #percent = make('span', 'percent')
  readonly #fill = make('span', 'fill')

  constructor(digit: number) {
    const track = make('span', 'track')
    track.append(this.#fill)
    this.item.dataset['digit'] = String(digit)
    this.item.append(make('span', 'label', String(digit)), track, this.#percent)
    this.show(0, false)
  }

  show(share: number, isGuess: boolean): void {
    this.item.dataset['probability'] = share.toFixed(4)
    this.item.classList.toggle('is-guess', isGuess)
    this.#percent.textContent = share < LEAST_SHOWN ? '' : formatShare(share)
    this.#fill.style.setProperty('--share', share.toFixed(4))
  }
}
