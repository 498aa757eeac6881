/** Text attributes; without colours they give the text back. */
export interface Style {
  bold(text: string): string
  dim(text: string): string
  yellow(text: string): string
  green(text: string): string
}

const ansi = (open: number, close: number) => (text: string) => `\x1b[${open}m${text}\x1b[${close}m`
const plain = (text: string): string => text

const COLOURED: Style = { bold: ansi(1, 22), dim: ansi(2, 22), yellow: ansi(33, 39), green: ansi(32, 39) }
const PLAIN: Style = { bold: plain, dim: plain, yellow: plain, green: plain }

/** Colours on a terminal, unless NO_COLOR (https://no-color.org) asks for none. FORCE_COLOR asks for them anyway. */
export function terminalStyle(stream: { readonly isTTY?: boolean }): Style {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env
  if (NO_COLOR) return PLAIN
  if (FORCE_COLOR && FORCE_COLOR !== '0') return COLOURED
  return stream.isTTY && TERM !== 'dumb' ? COLOURED : PLAIN
}
