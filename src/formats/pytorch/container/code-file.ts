import { ModelError } from '../../../errors/index.ts'
import { type ByteSource, readAll } from '../../../graph/bytes/index.ts'
import { type PickleValue, unpickle } from '../pickle/index.ts'

/** A place in the Python program that a TorchScript module was made from. */
export interface PythonPlace {
  /** Path on the machine that saved the model. */
  readonly file: string
  /** 1-based. */
  readonly line: number
}

interface SourceRange {
  /** First byte of generated code that the range stands for; it holds up to the next one. */
  readonly from: number
  readonly range: PickleValue
}

/** One file of generated source, and where its parts come from. */
export class CodeFile {
  /** `__torch__/net.py` */
  readonly name: string
  readonly #source: ByteSource
  readonly #debug: ByteSource | undefined
  #text: string | undefined
  #map: DebugMap | undefined

  constructor(name: string, source: ByteSource, debug: ByteSource | undefined) {
    this.name = name
    this.#source = source
    this.#debug = debug
  }

  /** As errors call it: `net.pth!archive/code/__torch__/net.py`. */
  get path(): string {
    return this.#source.name
  }

  get text(): string {
    this.#text ??= new TextDecoder().decode(readAll(this.#source))
    return this.#text
  }

  /**
   * The user's own line that the text at `offset` (in UTF-16 units) was made from; undefined where the file does not
   * say. Read only when asked for, which is when an error is reported; damage then only costs the answer.
   */
  originOf(offset: number): PythonPlace | undefined {
    this.#map ??= readDebugMap(this.#debug)
    const { ranges, texts } = this.#map
    const byte = Buffer.byteLength(this.text.slice(0, offset))
    const before = ranges.findLastIndex((range) => range.from <= byte)
    // Generated code that stands for nothing (a closing line) belongs to what precedes it.
    for (const { range } of ranges.slice(0, before + 1).reverse()) {
      const place = placeOf(range, texts)
      if (place) return place
    }
    return undefined
  }
}

interface DebugMap {
  readonly ranges: readonly SourceRange[]
  /** What numbers in the ranges point to. */
  readonly texts: readonly string[]
}

/**
 * `.debug_pkl`, as torch/csrc/jit/serialization/source_range_serialization.cpp writes it: entries
 * `(byte offset, (source, start, end), tag)`; a source is `(text, file, first line)`, or since torch 1.13 the same with
 * numbers that point into a table of texts: `('FORMAT_WITH_STRING_TABLE', table, entries)`.
 */
function readDebugMap(debug: ByteSource | undefined): DebugMap {
  const root = debug && unpickleOrNothing(debug)
  const [format, table, entries] = (root && itemsOf(root)) ?? []
  const compact = format?.kind === 'string' && format.value === 'FORMAT_WITH_STRING_TABLE'
  const rows = compact ? entries && itemsOf(entries) : root && itemsOf(root)
  const ranges = (rows ?? []).flatMap((row) => {
    const [offset, range] = itemsOf(row) ?? []
    const from = offset && intOf(offset)
    return from === undefined || !range ? [] : [{ from, range }]
  })
  return { ranges, texts: compact && table ? (itemsOf(table) ?? []).map(textOf) : [] }
}

function unpickleOrNothing(source: ByteSource): PickleValue | undefined {
  try {
    return unpickle(source)
  } catch (error) {
    if (error instanceof ModelError) return undefined
    throw error
  }
}

function placeOf(range: PickleValue, texts: readonly string[]): PythonPlace | undefined {
  const [source, start] = itemsOf(range) ?? []
  const [text, file, firstLine] = (source && itemsOf(source)) ?? []
  const path = file && resolveText(file, texts)
  const line = firstLine && intOf(firstLine)
  const skipped = start && intOf(start)
  const program = text && resolveLines(text, texts)
  if (!program || !path || line === undefined || skipped === undefined) return undefined
  const before = Buffer.from(program).subarray(0, skipped)
  return { file: path, line: line + before.filter((byte) => byte === 0x0a).length }
}

const resolveText = (value: PickleValue, texts: readonly string[]): string =>
  value.kind === 'string' ? value.value : (texts[intOf(value) ?? -1] ?? '')

const resolveLines = (value: PickleValue, texts: readonly string[]): string =>
  value.kind === 'string'
    ? value.value
    : (itemsOf(value) ?? []).map((line) => resolveText(line, texts)).join('')

const itemsOf = (value: PickleValue): readonly PickleValue[] | undefined =>
  value.kind === 'tuple' || value.kind === 'list' ? value.items : undefined

const intOf = (value: PickleValue): number | undefined =>
  value.kind === 'int' && typeof value.value === 'number' ? value.value : undefined

const textOf = (value: PickleValue): string => (value.kind === 'string' ? value.value : '')
