import { type Atom, type Dim, intern, makeSum, type SymDim } from '../dims/dim.ts'
import { damaged } from './damaged.ts'
import type { AtomCode, DimCode, SymbolicDimCode } from './layout.ts'

/** Symbolic dims by number, each after those it is made of: a DAG stays one. */
export class DimTable {
  readonly codes: SymbolicDimCode[] = []
  readonly #numbers = new Map<SymDim, number>()

  encode(dim: Dim): DimCode {
    if (typeof dim === 'number') return dim
    const known = this.#numbers.get(dim)
    if (known !== undefined) return [known]
    const terms = dim.terms.map(({ coefficient, atoms }) => ({
      coefficient,
      atoms: atoms.map((atom) => this.#encodeAtom(atom)),
    }))
    const number = this.codes.push({ constant: dim.constant, terms }) - 1
    this.#numbers.set(dim, number)
    return [number]
  }

  #encodeAtom(atom: Atom): AtomCode {
    switch (atom.kind) {
      case 'symbol':
        return atom
      case 'floordiv':
        return { ...atom, a: this.encode(atom.a), b: this.encode(atom.b) }
      case 'group':
        return { ...atom, sum: this.encode(atom.sum) }
      default:
        return { ...atom, args: atom.args.map((arg) => this.encode(arg)) }
    }
  }
}

/** The dims of a table, interned again: equal to those of any model in this process. */
export class DimReader {
  readonly #dims: Dim[] = []

  constructor(codes: readonly SymbolicDimCode[]) {
    for (const { constant, terms } of codes) {
      const made = terms.map(({ coefficient, atoms }) => ({
        coefficient,
        atoms: atoms.map((atom) => intern(this.#decodeAtom(atom))),
      }))
      this.#dims.push(makeSum(constant, made))
    }
  }

  decode(code: DimCode): Dim {
    return typeof code === 'number'
      ? code
      : (this.#dims[code[0]] ?? damaged(`dim ${code[0]} is not in the table`))
  }

  #decodeAtom(atom: AtomCode): Atom {
    switch (atom.kind) {
      case 'symbol':
        return atom
      case 'floordiv':
        return { ...atom, a: this.decode(atom.a), b: this.decode(atom.b) }
      case 'group': {
        const sum = this.decode(atom.sum)
        return typeof sum === 'number' ? damaged('a group is a number') : { ...atom, sum }
      }
      default:
        return { ...atom, args: atom.args.map((arg) => this.decode(arg)) }
    }
  }
}
