import { type Atom, type Dim, hash, type SymDim, type Term } from './dim.ts'

/** Longer spellings are replaced by `dim_<key>`: a dim's name is for people, and stands in every asset. */
const NAME_LIMIT = 32

/**
 * The printed name of a dim, the same on every machine: `224`, `N`, `2*N + 1`, `floor((H - 1)/2)`.
 * It names the dim in ONNX `dim_param`, in reports and in generated types.
 */
export function dimName(dim: Dim): string {
  if (typeof dim === 'number') return String(dim)
  const text = spell(dim)
  if (text.length <= NAME_LIMIT) return text
  return `dim_${hash(dim.key, 1)}`
}

const names = new WeakMap<SymDim, string>()

function spell(dim: Dim): string {
  if (typeof dim === 'number') return String(dim)
  const known = names.get(dim)
  if (known) return known
  const parts = dim.terms.map(spellTerm)
  if (dim.constant !== 0) parts.push(String(dim.constant))
  const text = clip(parts.join(' + ').replaceAll('+ -', '- '))
  names.set(dim, text)
  return text
}

/** Sub-expressions are clipped too, or a deep DAG would be spelled out in full before its length is looked at. */
const clip = (text: string): string =>
  text.length <= 4 * NAME_LIMIT ? text : `${text.slice(0, 4 * NAME_LIMIT)}…`

const spellTerm = ({ coefficient, atoms }: Term): string => {
  const factors = atoms.map(spellAtom).join('*')
  return coefficient === 1 ? factors : coefficient === -1 ? `-${factors}` : `${coefficient}*${factors}`
}

function spellAtom(atom: Atom): string {
  switch (atom.kind) {
    case 'symbol':
      return atom.name
    case 'group':
      return `(${spell(atom.sum)})`
    case 'floordiv':
      return `floor(${operand(atom.a)}/${operand(atom.b)})`
    default:
      return `${atom.kind}(${atom.args.map(spell).join(', ')})`
  }
}

const operand = (dim: Dim): string => {
  const text = spell(dim)
  return /[ *]/.test(text) ? `(${text})` : text
}
