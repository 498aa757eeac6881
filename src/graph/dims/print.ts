import { type Atom, type Dim, hash, isSymbolic, operandsOf, type SymDim, type Term } from './dim.ts'

/** Longer names are replaced by `dim_<key>`: a dim's name is for people, and stands in every asset. */
const NAME_LIMIT = 32

/** Longer expressions are not spelled: a page would carry them, and evaluate them for every call. */
const EXPRESSION_LIMIT = 2000

/**
 * The printed name of a dim, the same on every machine: `224`, `N`, `2*N + 1`, `floor((H - 1)/2)`.
 * It names the dim in ONNX `dim_param`, in reports and in generated types.
 */
export function dimName(dim: Dim): string {
  if (typeof dim === 'number') return String(dim)
  return spell(dim, NAMES) ?? hashName(dim.key)
}

/**
 * The dim spelled out, for whoever evaluates it with the sizes of a call: sums, products, `floor(a/b)`, `min(…)` and
 * `max(…)` over whole numbers and names. A symbol stands under its `dimName`, as the model's inputs carry it. The page's
 * evaluator is `src/runtime/dim-expression.ts`; what is printed here, that reads.
 *
 * @returns undefined where it is longer than 2,000 characters, or holds a symbol or number that is no name or whole number.
 * @example
 * dimExpression(floorDiv(sub(H, 1), 2)) // 'floor((H + 1)/2) - 1'
 */
export function dimExpression(dim: Dim): string | undefined {
  const text = typeof dim === 'number' ? String(dim) : spell(dim, EXPRESSIONS)
  return text === undefined || NO_WHOLE_NUMBER.test(text) ? undefined : text
}

/** A symbol as an expression may name it: ONNX files name theirs with any text. */
const NAME = /^(?!(?:or|and)$)[A-Za-z_]\w*$/
const NO_WHOLE_NUMBER = /(?<!\w)\d+[.e]|Infinity|NaN/

/** How long a text may get, which symbols may stand in it, and what was found of each expression so far. */
interface Spelling {
  readonly limit: number
  readonly takes: (name: string) => boolean
  /** null: it cannot be spelled. */
  readonly known: WeakMap<SymDim, string | null>
}

const NAMES: Spelling = { limit: NAME_LIMIT, takes: () => true, known: new WeakMap() }
const EXPRESSIONS: Spelling = {
  limit: EXPRESSION_LIMIT,
  takes: (name) => NAME.test(name),
  known: new WeakMap(),
}

/**
 * The text; undefined when it, and so all that contains it, is too long or holds a symbol that may not stand in it.
 * An expression is a DAG that may be deep and use a part again and again: each part is spelled once, operands first, without recursion.
 */
function spell(dim: SymDim, spelling: Spelling): string | undefined {
  const { known } = spelling
  const pending = [dim]
  for (let next = pending.at(-1); next !== undefined; next = pending.at(-1)) {
    const missing = known.has(next) ? [] : partsOf(next).filter((part) => !known.has(part))
    pending.push(...missing)
    if (missing.length > 0) continue
    if (!known.has(next)) known.set(next, spellSum(next, spelling) ?? null)
    pending.pop()
  }
  return known.get(dim) ?? undefined
}

const partsOf = ({ terms }: SymDim): SymDim[] =>
  terms.flatMap(({ atoms }) => atoms.flatMap(operandsOf)).filter(isSymbolic)

function spellSum({ terms, constant }: SymDim, spelling: Spelling): string | undefined {
  const parts = joined(terms, ' + ', (term) => spellTerm(term, spelling), spelling)
  const text = constant === 0 ? parts : parts && `${parts} + ${constant}`
  const signed = text?.replaceAll('+ -', '- ')
  return signed !== undefined && signed.length <= spelling.limit ? signed : undefined
}

function spellTerm({ coefficient, atoms }: Term, spelling: Spelling): string | undefined {
  const factors = joined(atoms, '*', (atom) => spellAtom(atom, spelling), spelling)
  if (factors === undefined || coefficient === 1) return factors
  return coefficient === -1 ? `-${factors}` : `${coefficient}*${factors}`
}

function spellAtom(atom: Atom, spelling: Spelling): string | undefined {
  const operand = (dim: Dim): string | undefined =>
    typeof dim === 'number' ? String(dim) : (spelling.known.get(dim) ?? undefined)
  switch (atom.kind) {
    case 'symbol': {
      const name = atom.name.length <= NAME_LIMIT ? atom.name : hashName(atom.key)
      return spelling.takes(name) ? name : undefined
    }
    case 'group':
      return called('', operand(atom.sum))
    case 'floordiv':
      return called(
        'floor',
        joined([atom.a, atom.b], '/', (dim) => inParentheses(operand(dim)), spelling),
      )
    default:
      return called(atom.kind, joined(atom.args, ', ', operand, spelling))
  }
}

const called = (name: string, operands: string | undefined): string | undefined =>
  operands && `${name}(${operands})`

const inParentheses = (text: string | undefined): string | undefined =>
  text !== undefined && /[ *]/.test(text) ? `(${text})` : text

/** All texts, separated; undefined as soon as one cannot be spelled, or they are too long together. */
function joined<T>(
  parts: readonly T[],
  separator: string,
  spelled: (part: T) => string | undefined,
  { limit }: Spelling,
): string | undefined {
  const texts: string[] = []
  let length = 0
  for (const part of parts) {
    const text = spelled(part)
    length += text?.length ?? 0
    if (text === undefined || length > limit) return undefined
    texts.push(text)
  }
  return texts.join(separator)
}

const hashName = (key: string): string => `dim_${hash(key, 1)}`
