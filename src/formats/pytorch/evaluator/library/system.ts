import { asText, named } from '../builtins/arguments.ts'
import {
  bool,
  DictValue,
  int,
  intOf,
  ListValue,
  type NamespaceValue,
  type NativeFunction,
  NONE,
  str,
  tuple,
} from '../values/index.ts'
import { functions, partlyInert } from './namespace.ts'

const never: NativeFunction['call'] = () => bool(false)
const same: NativeFunction['call'] = (_, { positional: [value] }) => value ?? NONE

/** A function of a path; a path that is no text came out of something without effect, and stays that. */
const onPath =
  (apply: (path: string) => string): NativeFunction['call'] =>
  (_, { positional: [path = NONE] }) =>
    path.kind === 'str' ? str(apply(path.value)) : path

const joinPaths: NativeFunction['call'] = (_, { positional: parts }) =>
  parts.find(({ kind }) => kind !== 'str') ?? str(parts.map(asText).filter(Boolean).join('/'))

const directoryOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))
const fileOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Paths are text, and no file exists: what a constructor would load is not there, and is in the weights anyway. */
const PATH = partlyInert('os.path', [
  ['sep', str('/')],
  ...functions({
    exists: never,
    isfile: never,
    isdir: never,
    abspath: same,
    realpath: same,
    expanduser: same,
    join: joinPaths,
    dirname: onPath(directoryOf),
    basename: onPath(fileOf),
  }),
])

/**
 * `os` and `sys` of one evaluation: an empty environment, no arguments, no files.
 *
 * @param modules `sys.modules`: what was imported so far, by dotted name.
 */
export function systemModules(modules: DictValue): ReadonlyMap<string, NamespaceValue> {
  const environment = new DictValue()
  const os = partlyInert('os', [
    ['path', PATH],
    ['sep', str('/')],
    ['name', str('posix')],
    ['environ', environment],
    ...functions({
      getenv: (_, args) => {
        const { key, default: fallback = NONE } = named('getenv', ['key', 'default?'], args)
        return environment.get(key) ?? fallback
      },
      getcwd: () => str('.'),
      cpu_count: () => int(1),
      listdir: () => new ListValue(),
    }),
  ])
  const sys = partlyInert('sys', [
    ['version', str('3.11.0')],
    ['version_info', tuple([int(3), int(11), int(0), str('final'), int(0)])],
    ['platform', str('linux')],
    ['maxsize', intOf(2n ** 63n - 1n)],
    ['argv', new ListValue([str('')])],
    ['path', new ListValue()],
    ['modules', modules],
  ])
  return new Map([
    ['os', os],
    ['os.path', PATH],
    ['posixpath', PATH],
    ['sys', sys],
  ])
}
