import { concrete } from '../decisions.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { asIndex } from '../numbers/indices.ts'
import { pythonError } from '../python-error.ts'
import { bool, type CallArguments, int, type NativeFunction, type PyValue, str } from '../values/index.ts'
import { asText, named } from './arguments.ts'
import { codePoints } from './length.ts'

/** The part of a text between two of its code points, and how many stand before it. */
interface Part {
  readonly text: string
  readonly start: number
}

const ALL = ['self', 'part', 'start?', 'stop?'] as const

/** `text[start:stop]`; undefined where the start lies behind the end. */
function partOf(i: Interpreter, text: string, start?: PyValue, stop?: PyValue): Part | undefined {
  if (!start && !stop) return { text, start: 0 }
  const characters = [...text]
  const bound = (value: PyValue | undefined, open: number): number => {
    if (!value || value.kind === 'none') return open
    const at = concrete(i.session, asIndex(i, value).value)
    return at < 0 ? Math.max(0, at + characters.length) : at
  }
  const [from, to] = [bound(start, 0), bound(stop, characters.length)]
  if (from > characters.length || from > to) return undefined
  return { text: characters.slice(from, to).join(''), start: from }
}

function placeOf(i: Interpreter, name: string, args: CallArguments, fromRight: boolean): number {
  const { self, part, start, stop } = named(name, ALL, args)
  const searched = partOf(i, asText(self), start, stop)
  if (!searched) return -1
  const at = fromRight ? searched.text.lastIndexOf(asText(part)) : searched.text.indexOf(asText(part))
  return at < 0 ? -1 : searched.start + codePoints(searched.text.slice(0, at))
}

const find =
  (name: string, fromRight: boolean): NativeFunction['call'] =>
  (i, args) =>
    int(placeOf(i, name, args, fromRight))

const index =
  (name: string, fromRight: boolean): NativeFunction['call'] =>
  (i, args) => {
    const at = placeOf(i, name, args, fromRight)
    if (at < 0) throw pythonError('ValueError', 'substring not found')
    return int(at)
  }

const affix =
  (name: string, test: (value: string, part: string) => boolean): NativeFunction['call'] =>
  (i, args) => {
    const { self, part, start, stop } = named(name, ALL, args)
    const searched = partOf(i, asText(self), start, stop)
    const parts = part.kind === 'tuple' ? part.items : [part]
    return bool(searched !== undefined && parts.some((item) => test(searched.text, asText(item))))
  }

/** Of an empty part, one more than there are characters. */
function occurrences(text: string, part: string): number {
  return part === '' ? codePoints(text) + 1 : text.split(part).length - 1
}

function replace(i: Interpreter, args: CallArguments): PyValue {
  const { self, before, after, count } = named('replace', ['self', 'before', 'after', 'count?'], args)
  const [text, old, fresh] = [asText(self), asText(before), asText(after)]
  const asked = count ? concrete(i.session, asIndex(i, count).value) : -1
  i.session.budget.text(text.length + (occurrences(text, old) + 1) * fresh.length)
  if (asked < 0 && old !== '') return str(text.replaceAll(old, () => fresh))
  const parts = old === '' ? ['', ...text, ''] : text.split(old)
  const limit = asked < 0 ? parts.length - 1 : Math.min(asked, parts.length - 1)
  return str(parts.map((part, at) => (at === 0 ? '' : at <= limit ? fresh : old) + part).join(''))
}

/** Methods of texts that look for a part of them. */
export const STRING_SEARCH: Readonly<Record<string, NativeFunction['call']>> = {
  find: find('find', false),
  rfind: find('rfind', true),
  index: index('index', false),
  rindex: index('rindex', true),
  startswith: affix('startswith', (value, part) => value.startsWith(part)),
  endswith: affix('endswith', (value, part) => value.endsWith(part)),
  count: (i, args) => {
    const { self, part, start, stop } = named('count', ALL, args)
    const searched = partOf(i, asText(self), start, stop)
    return int(searched ? occurrences(searched.text, asText(part)) : 0)
  },
  replace,
}
