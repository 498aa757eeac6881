import { nearest } from '../errors/index.ts'
import { DTYPES, type DType, dtypeFromName } from '../graph/dtype.ts'
import { DEFAULT_HINT, type DimSpec, type DynamicDimSpec, type InputSpec } from '../graph/input-spec.ts'
import { badValue } from './key.ts'

/**
 * One `input=`:
 *
 *   input  = [name ":"] type | name "=" scalar
 *   type   = sizes | dtype | [dtype] "[" [dim {"," dim}] "]"
 *   sizes  = size {"x" size} | axis "x" axis {"x" axis}      1x3x224x224, Nx3xHxW
 *   axis   = size | any one letter but x: a dynamic dim of that name
 *   dim    = size | name ["=" hint] ["(" [min] ".." [max] ")"]      N, W=224, H=224(32..512)
 *   scalar = true | false | number | word | '"' text '"'
 *
 * @throws ModelError BAD_QUERY_VALUE that names the character where reading stopped.
 */
export function parseInputSpec(text: string): InputSpec {
  const scalar = /^([^:=[\]]+)=(.*)$/s.exec(text)
  if (scalar) return { name: checkName(text, scalar[1] ?? ''), value: parseScalar(text, scalar[2] ?? '') }
  const bracket = text.indexOf('[')
  const colon = text.lastIndexOf(':', bracket < 0 ? text.length : bracket)
  const type = new TypeReader(text, colon + 1).read()
  return colon < 0 ? type : { name: checkName(text, text.slice(0, colon)), ...type }
}

function checkName(text: string, name: string): string {
  if (/^[^\s,[\]]+$/.test(name)) return name
  throw inputError(text, 0, 'a name is wanted', 'Write a parameter name, as in input=x:f32[N,3,224,224]')
}

function parseScalar(text: string, value: string): boolean | number | string {
  if (/^true$/i.test(value)) return true
  if (/^false$/i.test(value)) return false
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) return Number(value)
  if (/^".*"$/s.test(value)) return value.slice(1, -1)
  if (/^[^"[\],:]+$/.test(value)) return value
  throw inputError(
    text,
    text.length - value.length,
    'a value is wanted',
    'Write true, false, a number or a word',
  )
}

type TypeSpec = Pick<InputSpec, 'dtype' | 'dims'>

/** Reads a type from `position` to the end of the text. */
class TypeReader {
  readonly #text: string
  #position: number

  constructor(text: string, position: number) {
    this.#text = text
    this.#position = position
  }

  read(): TypeSpec {
    const sizes = this.#take(NAMED_SIZES) ?? this.#take(/\d+(x\d+)*/y)
    const type = sizes ? { dims: this.#sizes(sizes) } : this.#dtypeAndDims()
    if (this.#position < this.#text.length) throw this.#stop('nothing more is wanted', NEXT_INPUT)
    return type
  }

  #sizes(sizes: string): DimSpec[] {
    const start = this.#position - sizes.length
    return sizes
      .split('x')
      .map((size) => (/^\d/.test(size) ? checkSize(this.#text, start, size) : { name: size }))
  }

  #dtypeAndDims(): TypeSpec {
    const start = this.#position
    const word = this.#take(/[A-Za-z_]\w*/y)
    const dtype = word === undefined ? undefined : this.#dtype(word, start)
    if (!this.#take(/\[/y)) {
      if (dtype) return { dtype }
      throw this.#stop('a shape or a dtype is wanted', 'Write a shape, as in input=1x3x224x224')
    }
    const dims = this.#dims()
    return dtype ? { dtype, dims } : { dims }
  }

  #dtype(word: string, start: number): DType {
    const dtype = dtypeFromName(word)
    if (dtype && dtype !== 'string') return dtype
    const shorts = Object.values(DTYPES).flatMap(({ short, kind }) => (kind === 'string' ? [] : [short]))
    const close = nearest(word, shorts)
    const rest = this.#text.slice(this.#position)
    const guess =
      start === 0 && rest.startsWith('[')
        ? `If ${word} is the input's name, write ${word}:${rest}. `
        : namesAnAxis(word)
          ? `If it is a shape, write x:f32[${word.split('x').join(',')}]. `
          : close
            ? `Did you mean ${close}? `
            : ''
    throw inputError(
      this.#text,
      start,
      `${JSON.stringify(word)} is not a dtype`,
      `${guess}Dtypes are ${shorts.join(', ')}`,
    )
  }

  #dims(): DimSpec[] {
    if (this.#take(/\]/y)) return []
    const dims = [this.#dim()]
    while (this.#take(/,/y)) dims.push(this.#dim())
    if (!this.#take(/\]/y)) throw this.#stop('"," or "]" is wanted', DIM_EXAMPLE)
    return dims
  }

  #dim(): DimSpec {
    const start = this.#position
    const size = this.#take(/\d+/y)
    if (size) return checkSize(this.#text, start, size)
    const name = this.#take(/[A-Za-z_]\w*/y)
    if (!name) throw this.#stop('a size or the name of a dynamic dim is wanted', DIM_EXAMPLE)
    const hint = this.#take(/=/y) ? this.#number('the size to try is wanted') : undefined
    const [min, max] = this.#take(/\(/y) ? this.#range() : []
    return this.#checkDim(start, { name, hint, min, max })
  }

  #range(): readonly [min: number | undefined, max: number | undefined] {
    const min = this.#optionalNumber(0)
    if (!this.#take(/\.\./y)) throw this.#stop('".." is wanted', DIM_EXAMPLE)
    const max = this.#optionalNumber()
    if (!this.#take(/\)/y)) throw this.#stop('")" is wanted', DIM_EXAMPLE)
    return [min, max]
  }

  #optionalNumber(least = 1): number | undefined {
    const start = this.#position
    const digits = this.#take(/\d+/y)
    return digits === undefined ? undefined : checkSize(this.#text, start, digits, least)
  }

  #number(wanted: string): number {
    const number = this.#optionalNumber()
    if (number === undefined) throw this.#stop(wanted, DIM_EXAMPLE)
    return number
  }

  #checkDim(start: number, { name, hint, min, max }: DynamicDimSpec): DynamicDimSpec {
    const low = min ?? 1
    const high = max ?? Number.POSITIVE_INFINITY
    if (low > high) {
      throw inputError(this.#text, start, `the range of ${name} is empty`, `Write ${name}(${high}..${low})`)
    }
    if (hint === 1) {
      throw inputError(
        this.#text,
        start,
        `${name} cannot be tried with size 1, which broadcasting would take for a decision`,
        `Write ${name} alone, which takes any size and 1 among them, or 1 in its place for that size only`,
      )
    }
    if (hint !== undefined && (hint < low || hint > high)) {
      throw inputError(
        this.#text,
        start,
        `${name}=${hint} lies outside its own range ${low}..${high}`,
        'Give a size inside the range',
      )
    }
    const tried = hint ?? (low > DEFAULT_HINT ? low : undefined)
    return {
      name,
      ...(tried === undefined ? {} : { hint: tried }),
      ...(min === undefined ? {} : { min }),
      ...(max === undefined ? {} : { max }),
    }
  }

  /** The text matched by a sticky pattern at the position, which moves behind it. */
  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position
    const [found] = pattern.exec(this.#text) ?? []
    if (found !== undefined) this.#position += found.length
    return found
  }

  #stop(problem: string, next: string) {
    return inputError(this.#text, this.#position, problem, next)
  }
}

/** No dtype is spelled like that; a name of several letters needs the brackets, since it could hold an x. */
const NAMED_SIZES = /(\d+|[a-wyzA-Z])(x(\d+|[a-wyzA-Z]))+(?!\w)/y

/** `batchx3x64x64` */
const namesAnAxis = (word: string): boolean => {
  const axes = word.split('x')
  return (
    axes.length > 1 &&
    axes.every((axis) => /^(\d+|[A-Za-z_]\w*)$/.test(axis)) &&
    axes.some((axis) => /^\d+$/.test(axis))
  )
}

const DIM_EXAMPLE = 'Write dims as in input=x:f32[N,3,H=224(32..512),W=224]'
const NEXT_INPUT = 'For another input, repeat the key: input=…&input=…'

/** Far above any real size, and low enough that products of a few stay exact. */
const SIZE_LIMIT = 2 ** 31 - 1

function checkSize(text: string, position: number, digits: string, least = 1): number {
  const size = Number(digits)
  if (size >= least && size <= SIZE_LIMIT) return size
  throw inputError(
    text,
    position,
    `size ${digits} is not between ${least} and ${SIZE_LIMIT}`,
    'Give another size',
  )
}

function inputError(text: string, position: number, problem: string, next: string) {
  const rest = text.slice(position)
  const place = rest === '' ? 'at its end' : `at character ${position + 1} (${JSON.stringify(rest)})`
  return badValue({ what: `input=${text}, ${place}: ${problem}`, next })
}
