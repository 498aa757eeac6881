import { concrete } from '../decisions.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { asIndex } from '../numbers/indices.ts'
import { pythonError } from '../python-error.ts'
import { shownText } from '../shown-text.ts'
import {
  bool,
  type CallArguments,
  int,
  ListValue,
  type NativeFunction,
  NONE,
  type PyValue,
  str,
  tuple,
} from '../values/index.ts'
import { asText, named } from './arguments.ts'
import { checkEncoding, encoded } from './bytes-methods.ts'
import { codePoints } from './length.ts'
import { STRING_SEARCH } from './string-search.ts'

const self = ({ positional: [value] }: CallArguments): string => (value ? asText(value) : '')

const SPACE = ' \t\n\r\f\v'

function trimStart(value: string, characters: string): string {
  let start = 0
  while (start < value.length && characters.includes(value.charAt(start))) start++
  return value.slice(start)
}

function trimEnd(value: string, characters: string): string {
  let end = value.length
  while (end > 0 && characters.includes(value.charAt(end - 1))) end--
  return value.slice(0, end)
}

const trimmer =
  (trim: (value: string, characters: string) => string): NativeFunction['call'] =>
  (_, args) => {
    const { characters } = named('strip', ['self', 'characters?'], args)
    return str(trim(self(args), characters && characters.kind !== 'none' ? asText(characters) : SPACE))
  }

function split(i: Interpreter, args: CallArguments, fromRight: boolean): PyValue {
  const { sep: separator, maxsplit = int(-1) } = named('split', ['self', 'sep?', 'maxsplit?'], args)
  const limit = concrete(i.session, asIndex(i, maxsplit).value)
  if (!separator || separator.kind === 'none') return splitAtBlanks(i, self(args), limit, fromRight)
  const joint = asText(separator)
  if (joint === '') throw pythonError('ValueError', 'empty separator')
  const parts = self(args).split(joint)
  i.session.budget.step(4 * parts.length)
  if (limit < 0 || parts.length <= limit + 1) return new ListValue(parts.map(str))
  const kept = fromRight
    ? [parts.slice(0, parts.length - limit).join(joint), ...parts.slice(parts.length - limit)]
    : [...parts.slice(0, limit), parts.slice(limit).join(joint)]
  return new ListValue(kept.map(str))
}

/** What is not split keeps its blanks, but for those at its outer end. */
function splitAtBlanks(i: Interpreter, text: string, limit: number, fromRight: boolean): PyValue {
  const words = [...text.matchAll(/\S+/g)]
  i.session.budget.step(4 * words.length)
  const shown = words.map(([word]) => word)
  if (limit < 0 || words.length <= limit) return new ListValue(shown.map(str))
  const last = words[words.length - limit - 1]
  const kept = fromRight
    ? [text.slice(0, last && last.index + last[0].length), ...shown.slice(words.length - limit)]
    : [...shown.slice(0, limit), text.slice(words[limit]?.index)]
  return new ListValue(kept.map(str))
}

function partition(args: CallArguments, fromRight: boolean): PyValue {
  const { separator } = named('partition', ['self', 'separator'], args)
  const [value, mark] = [self(args), asText(separator)]
  const at = fromRight ? value.lastIndexOf(mark) : value.indexOf(mark)
  if (at < 0) return tuple((fromRight ? ['', '', value] : [value, '', '']).map(str))
  return tuple([value.slice(0, at), mark, value.slice(at + mark.length)].map(str))
}

const FIELD = /\{\{|\}\}|\{([^{}:!]*)(?:!([rs]))?(?::([^{}]*))?\}/g

/** `template.format(…)`: positions, names, and attributes or items of them. */
export function formatTemplate(i: Interpreter, template: string, args: CallArguments): string {
  let next = 0
  return template.replace(
    FIELD,
    (all, field: string | undefined, conversion: string | undefined, spec = '') => {
      if (all === '{{' || all === '}}') return all.charAt(0)
      const [, head = '', path = ''] = /^([^.[]*)(.*)$/s.exec(field ?? '') ?? []
      const start =
        head === ''
          ? args.positional[next++]
          : /^\d+$/.test(head)
            ? args.positional[Number(head)]
            : args.keyword.get(head)
      if (!start) throw pythonError('IndexError', 'Replacement index out of range for format string')
      const value = followPath(i, start, path)
      return conversion === 'r' ? i.repr(value) : i.format(value, spec)
    },
  )
}

function followPath(i: Interpreter, value: PyValue, path: string): PyValue {
  for (const [, name, index] of path.matchAll(/\.(\w+)|\[([^\]]*)\]/g)) {
    if (name !== undefined) value = i.getAttribute(value, name)
    else if (index !== undefined)
      value = i.getItem(value, /^\d+$/.test(index) ? int(Number(index)) : str(index))
  }
  return value
}

const mapped =
  (map: (value: string) => string): NativeFunction['call'] =>
  (_, args) =>
    str(map(self(args)))

/** Characters that end a line; of a carriage return and a line feed, both together. */
const LINE_ENDS: ReadonlySet<string> = new Set('\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029')

function lines(text: string, keepsEnds: boolean): PyValue[] {
  const found: PyValue[] = []
  let start = 0
  for (let at = 0; at < text.length; at++) {
    if (!LINE_ENDS.has(text.charAt(at))) continue
    const end = text.startsWith('\r\n', at) ? at + 2 : at + 1
    found.push(str(text.slice(start, keepsEnds ? end : at)))
    start = end
    at = end - 1
  }
  if (start < text.length) found.push(str(text.slice(start)))
  return found
}

/** `center`, `ljust` and `rjust`; where the blanks are odd in number, `center` has Python's own rule. */
function aligned(i: Interpreter, align: '<' | '>' | '^', args: CallArguments): PyValue {
  const { width, fill = str(' ') } = named('just', ['self', 'width', 'fill?'], args)
  const wanted = concrete(i.session, asIndex(i, width).value)
  const missing = Math.max(0, wanted - codePoints(self(args)))
  i.session.budget.text(missing + self(args).length)
  const left = align === '<' ? 0 : align === '>' ? missing : Math.floor(missing / 2) + (missing & wanted & 1)
  const mark = asText(fill)
  if (codePoints(mark) !== 1)
    throw pythonError('TypeError', 'The fill character must be exactly one character long')
  return str(mark.repeat(left) + self(args) + mark.repeat(missing - left))
}

export const STRING_METHODS: Readonly<Record<string, NativeFunction['call']>> = {
  ...STRING_SEARCH,
  encode: (_, { positional: [text = NONE, encoding] }) => {
    if (encoding) checkEncoding(asText(encoding))
    return encoded(asText(text))
  },
  format: (i, { positional: [template, ...positional], keyword }) =>
    shownText(i.session, () => formatTemplate(i, template ? asText(template) : '', { positional, keyword })),
  join: (i, args) => {
    const { items } = named('join', ['self', 'items'], args)
    const parts = i.iterate(items).map(asText)
    const total = parts.reduce((sum, part) => sum + part.length, 0)
    i.session.budget.text(total + self(args).length * Math.max(parts.length - 1, 0))
    return str(parts.join(self(args)))
  },
  split: (i, args) => split(i, args, false),
  rsplit: (i, args) => split(i, args, true),
  splitlines: (i, args) => {
    const { keepends } = named('splitlines', ['self', 'keepends?'], args)
    return new ListValue(lines(self(args), keepends !== undefined && i.truth(keepends)))
  },
  center: (i, args) => aligned(i, '^', args),
  ljust: (i, args) => aligned(i, '<', args),
  rjust: (i, args) => aligned(i, '>', args),
  swapcase: mapped((value) =>
    value.replace(/\p{L}/gu, (letter) =>
      letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
    ),
  ),
  isspace: (_, args) => bool(/^\s+$/.test(self(args))),
  isalnum: (_, args) => bool(/^[\p{L}\p{N}]+$/u.test(self(args))),
  isupper: (_, args) => bool(/\p{Lu}/u.test(self(args)) && !/\p{Ll}|\p{Lt}/u.test(self(args))),
  islower: (_, args) => bool(/\p{Ll}/u.test(self(args)) && !/\p{Lu}|\p{Lt}/u.test(self(args))),
  isascii: (_, args) => bool(!/[^\0-\x7f]/.test(self(args))),
  partition: (_, args) => partition(args, false),
  rpartition: (_, args) => partition(args, true),
  strip: trimmer((value, characters) => trimEnd(trimStart(value, characters), characters)),
  lstrip: trimmer(trimStart),
  rstrip: trimmer(trimEnd),
  removeprefix: (_, args) => {
    const prefix = asText(named('removeprefix', ['self', 'prefix'], args).prefix)
    return str(self(args).startsWith(prefix) ? self(args).slice(prefix.length) : self(args))
  },
  removesuffix: (_, args) => {
    const suffix = asText(named('removesuffix', ['self', 'suffix'], args).suffix)
    return str(
      suffix !== '' && self(args).endsWith(suffix) ? self(args).slice(0, -suffix.length) : self(args),
    )
  },
  lower: mapped((value) => value.toLowerCase()),
  upper: mapped((value) => value.toUpperCase()),
  capitalize: mapped((value) => value.charAt(0).toUpperCase() + value.slice(1).toLowerCase()),
  title: mapped((value) =>
    value.toLowerCase().replace(/(?<!\p{L})\p{L}/gu, (letter) => letter.toUpperCase()),
  ),
  isdigit: (_, args) => bool(/^\d+$/.test(self(args))),
  isnumeric: (_, args) => bool(/^\d+$/.test(self(args))),
  isalpha: (_, args) => bool(/^\p{L}+$/u.test(self(args))),
  isidentifier: (_, args) => bool(/^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(self(args))),
  zfill: (i, args) => {
    const { width } = named('zfill', ['self', 'width'], args)
    const wanted = concrete(i.session, asIndex(i, width).value)
    const [, sign = '', digits = ''] = /^([-+]?)(.*)$/s.exec(self(args)) ?? []
    const missing = Math.max(0, wanted - codePoints(self(args)))
    i.session.budget.text(missing)
    return str(sign + '0'.repeat(missing) + digits)
  },
}
