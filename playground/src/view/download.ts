import { element } from './element.ts'
import { formatBytes } from './numbers.ts'

/** How far the download of the model is, what came of it, and a way to try again. */
export class Download {
  readonly #area = element('progress', HTMLElement)
  readonly #bar = element('progress-bar', HTMLProgressElement)
  readonly #text = element('progress-text', HTMLElement)
  readonly #retry = element('retry', HTMLButtonElement)

  constructor(onRetry: () => void) {
    this.#retry.addEventListener('click', onRetry)
  }

  progress(loaded: number, total: number): void {
    this.#bar.max = total
    this.#bar.value = loaded
    const isComplete = loaded === total
    const text = isComplete
      ? 'Starting the runtime …'
      : `Model: ${formatBytes(loaded)} of ${formatBytes(total)}`
    this.#show(isComplete ? 'starting' : 'loading', text)
    this.#area.dataset['loaded'] = String(loaded)
    this.#area.dataset['total'] = String(total)
  }

  ready(bytes: number, milliseconds: number): void {
    this.#bar.value = this.#bar.max
    this.#show('ready', `Model ready: ${formatBytes(bytes)} in ${(milliseconds / 1000).toFixed(1)} s`)
  }

  failed(error: unknown): void {
    this.#show('failed', error instanceof Error ? error.message : String(error))
  }

  #show(state: 'loading' | 'starting' | 'ready' | 'failed', text: string): void {
    this.#area.dataset['state'] = state
    this.#text.textContent = text
    this.#retry.hidden = state !== 'failed'
  }
}
