import type { WriteStream } from 'node:tty'
import type { Progress } from '../convert/index.ts'

/** Work that ends sooner shows nothing. */
const DELAY_MS = 300
const WIDTH = 20

interface ProgressBar {
  readonly update: (progress: Progress) => void
  /** Takes the bar off the screen. */
  readonly clear: () => void
}

/** One line that a terminal shows while long work runs; on anything else, nothing. */
export function createProgress(stream: WriteStream): ProgressBar {
  if (!stream.isTTY) return { update: () => undefined, clear: () => undefined }
  let latest: Progress | undefined
  let shown = false
  const draw = (): void => {
    if (!latest) return
    shown = true
    stream.write(`\r\x1b[2K${progressLine(latest)}`)
  }
  const timer = setTimeout(draw, DELAY_MS)
  timer.unref()
  return {
    update: (progress) => {
      latest = progress
      if (shown) draw()
    },
    clear: () => {
      clearTimeout(timer)
      if (shown) stream.write('\r\x1b[2K')
      shown = false
      latest = undefined
    },
  }
}

/** `[████████░░░░░░░░░░░░] 3/7 rewrite` */
export function progressLine({ stage, index, total, detail }: Progress): string {
  const filled = Math.round((index / Math.max(1, total)) * WIDTH)
  return `[${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}] ${index + 1}/${total} ${stage}${detail ? `, ${detail}` : ''}`
}
