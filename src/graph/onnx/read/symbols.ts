import type { Dim } from '../../dims/index.ts'
import type { Model } from '../../model.ts'

const LONGEST_NAME = 24

/**
 * Symbols for the dims of a file. `dim_param` is any text, also one that reads like an expression (`2*N`); a symbol is an
 * identifier, so that printed expressions mean one thing. Equal texts become one symbol, different ones never do.
 */
export class SymbolNames {
  readonly #model: Model
  readonly #byText = new Map<string, Dim>()
  readonly #counts = new Map<string, number>()

  constructor(model: Model) {
    this.#model = model
  }

  /** The symbol of a `dim_param`. `min` applies when it is new: 1 for sizes of inputs, 0 for what a node decides. */
  named(text: string, min: 0 | 1): Dim {
    const known = this.#byText.get(text)
    if (known !== undefined) return known
    const dim = this.fresh(text, min)
    this.#byText.set(text, dim)
    return dim
  }

  /** A symbol for a size that the file leaves unnamed. */
  fresh(wish: string, min: 0 | 1): Dim {
    const name = this.#unused(wish)
    if (min === 0) this.#model.unbacked.add(name)
    return this.#model.dynamicDim(name, { min })
  }

  #unused(wish: string): string {
    const base = identifier(wish)
    let name = base
    while (this.#model.facts.has(name)) {
      const count = (this.#counts.get(base) ?? 0) + 1
      this.#counts.set(base, count)
      name = `${base}_${count}`
    }
    return name
  }
}

function identifier(text: string): string {
  const word = text.slice(0, LONGEST_NAME).replace(/[^A-Za-z0-9_]+/g, '_')
  return /^[A-Za-z_]*[A-Za-z]/.test(word) ? word : `dim_${word}`.replace(/_+/g, '_')
}
