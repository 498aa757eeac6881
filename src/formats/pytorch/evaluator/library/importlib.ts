import { asText } from '../builtins/arguments.ts'
import { type NamespaceValue, NONE, str, transparentNative, tuple } from '../values/index.ts'
import { functions, inert, namespace } from './namespace.ts'

/** Packages that a source may use here; all others are taken to be not installed, as a failed import of them is. */
const INSTALLED: ReadonlySet<string> = new Set(['torch', 'numpy', 'einops'])

const UTIL = namespace(
  'importlib.util',
  functions({
    find_spec: (_, { positional: [name = NONE] }) => {
      const [root = ''] = asText(name).split('.')
      return INSTALLED.has(root) ? inert(`importlib.util.find_spec(${root})`) : NONE
    },
  }),
)

/** Of compiled extensions there are none: a finder finds nothing, as in a folder that lacks them. */
const MACHINERY = namespace('importlib.machinery', [
  ['ExtensionFileLoader', inert('importlib.machinery.ExtensionFileLoader')],
  ['EXTENSION_SUFFIXES', tuple([str('.so')])],
  [
    'FileFinder',
    transparentNative('FileFinder', () => namespace('FileFinder', functions({ find_spec: () => NONE }))),
  ],
])

/** `importlib`, as far as sources ask it whether an optional package is there. */
export const IMPORTLIB: readonly (readonly [string, NamespaceValue])[] = [
  [
    'importlib',
    namespace('importlib', [
      ['util', UTIL],
      ['machinery', MACHINERY],
    ]),
  ],
  ['importlib.util', UTIL],
  ['importlib.machinery', MACHINERY],
]
