import { concrete } from '../decisions.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { pythonError } from '../python-error.ts'
import { shownText } from '../shown-text.ts'
import {
  bool,
  type CallArguments,
  int,
  ListValue,
  type NativeFunction,
  type PyValue,
  str,
  tuple,
} from '../values/index.ts'
import { asInt, asText, named } from './arguments.ts'

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

const affix =
  (test: (value: string, part: string) => boolean): NativeFunction['call'] =>
  (_, args) => {
    const { part } = named('startswith', ['self', 'part'], args)
    const parts = part.kind === 'tuple' ? part.items : [part]
    return bool(parts.some((item) => test(self(args), asText(item))))
  }

function split(i: Interpreter, args: CallArguments, fromRight: boolean): PyValue {
  const { separator, maxsplit = int(-1) } = named('split', ['self', 'separator?', 'maxsplit?'], args)
  const limit = concrete(i.session, asInt(maxsplit).value)
  const isBlank = !separator || separator.kind === 'none'
  const parts = isBlank ? self(args).trim().split(/\s+/).filter(Boolean) : self(args).split(asText(separator))
  i.session.budget.step(4 * parts.length)
  const joint = isBlank ? ' ' : asText(separator)
  if (limit < 0 || parts.length <= limit + 1) return new ListValue(parts.map(str))
  const kept = fromRight
    ? [parts.slice(0, parts.length - limit).join(joint), ...parts.slice(parts.length - limit)]
    : [...parts.slice(0, limit), parts.slice(limit).join(joint)]
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

export const STRING_METHODS: Readonly<Record<string, NativeFunction['call']>> = {
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
  splitlines: (_, args) => new ListValue(self(args).split(/\r?\n/).map(str)),
  partition: (_, args) => partition(args, false),
  rpartition: (_, args) => partition(args, true),
  strip: trimmer((value, characters) => trimEnd(trimStart(value, characters), characters)),
  lstrip: trimmer(trimStart),
  rstrip: trimmer(trimEnd),
  startswith: affix((value, part) => value.startsWith(part)),
  endswith: affix((value, part) => value.endsWith(part)),
  replace: (i, args) => {
    const { before, after } = named('replace', ['self', 'before', 'after'], args)
    const [text, old, fresh] = [self(args), asText(before), asText(after)]
    i.session.budget.text(text.length + (text.split(old).length + 1) * fresh.length)
    return str(text.replaceAll(old, () => fresh))
  },
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
  find: (_, args) => int(self(args).indexOf(asText(named('find', ['self', 'part'], args).part))),
  rfind: (_, args) => int(self(args).lastIndexOf(asText(named('rfind', ['self', 'part'], args).part))),
  count: (_, args) => int(self(args).split(asText(named('count', ['self', 'part'], args).part)).length - 1),
  lower: mapped((value) => value.toLowerCase()),
  upper: mapped((value) => value.toUpperCase()),
  capitalize: mapped((value) => value.charAt(0).toUpperCase() + value.slice(1).toLowerCase()),
  title: mapped((value) => value.toLowerCase().replace(/\b[a-z]/g, (letter) => letter.toUpperCase())),
  isdigit: (_, args) => bool(/^\d+$/.test(self(args))),
  isnumeric: (_, args) => bool(/^\d+$/.test(self(args))),
  isalpha: (_, args) => bool(/^\p{L}+$/u.test(self(args))),
  isidentifier: (_, args) => bool(/^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(self(args))),
  zfill: (i, args) => {
    const { width } = named('zfill', ['self', 'width'], args)
    return str(i.format(str(self(args)), `0>${concrete(i.session, asInt(width).value)}`))
  },
}
