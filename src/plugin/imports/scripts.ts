import { type Specifier, specifiersOf } from './specifiers.ts'

/** Sources that are code from the first to the last character; a declaration file imports nothing at run time. */
const CODE = /(?<!\.d)\.[cm]?[jt]sx?$/
/** Components: code in `<script>` blocks, in Astro's frontmatter, and in the expressions of the markup. */
const COMPONENT = /\.(?:vue|svelte|astro)$/

export const isSource = (path: string): boolean => CODE.test(path) || COMPONENT.test(path)

/** The specifiers of a source file, each with its offset in the file. */
export function* specifiersOfFile(path: string, text: string): Generator<Specifier> {
  if (!COMPONENT.test(path)) {
    yield* specifiersOf(text)
    return
  }
  const { scripts, markup } = partsOf(text)
  for (const script of scripts) yield* specifiersOf(script)
  // What looks like an import statement there is text.
  for (const specifier of specifiersOf(markup)) if (specifier.isDynamic) yield specifier
}

/** What opens the code, the code, what closes it. */
const SCRIPTS = [
  /^(\s*---\r?\n)([\s\S]*?)(\n---)/g,
  /(<script\b(?:"[^"]*"|'[^']*'|[^>"'])*>)([\s\S]*?)(<\/script\s*>)/gi,
]
const NO_MARKUP = /<!--[\s\S]*?-->|<style\b[\s\S]*?<\/style\s*>/gi

/** Each part as long as the whole, with blanks in the place of the others: offsets stay true. */
function partsOf(text: string): { scripts: string[]; markup: string } {
  const scripts: string[] = []
  let markup = text
  for (const pattern of SCRIPTS) {
    markup = markup.replaceAll(
      pattern,
      (whole: string, open: string, code: string, close: string, at: number) => {
        const [before, after] = [text.slice(0, at) + open, close + text.slice(at + whole.length)]
        scripts.push(blank(before) + code + blank(after))
        return blank(whole)
      },
    )
  }
  return { scripts, markup: markup.replaceAll(NO_MARKUP, blank) }
}

const blank = (text: string): string => text.replaceAll(/[^\n]/g, ' ')
