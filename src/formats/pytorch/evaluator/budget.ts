import { ModelError, type Where } from '../../../errors/index.ts'

/** Statements, calls and loop turns that one model may take: the largest known takes under a hundred thousand. */
const MAX_STEPS = 20_000_000
/** Characters of one text, and how many of them count as one step. */
const MAX_TEXT = 1 << 24
const TEXT_PER_STEP = 16
/** What a container, an instance or a function takes in memory, in steps: some hundred bytes. */
const STEPS_PER_OBJECT = 16
/** What an entry of a dict or an item of a set takes, in steps: it is hashed and found its place. */
const STEPS_PER_ENTRY = 8
/** Elements of one tensor that a call spells out, as `torch.arange` does: stored in the model, 128 MB of int64. */
const MAX_ELEMENTS = 1 << 24
/** Operators of one model. The largest known has under fifty thousand. */
const MAX_NODES = 100_000
/** Nested calls of Python functions. Python itself stops at 1000; models stay below 60. */
const MAX_CALL_DEPTH = 150

/** What keeps a hostile or endless program from holding up the build. */
export class Budget {
  #steps = 0
  #depth = 0

  /** @throws ModelError LIMIT_EXCEEDED */
  step(count = 1): void {
    this.#steps += count
    if (this.#steps <= MAX_STEPS) return
    throw new ModelError('LIMIT_EXCEEDED', {
      what: `The model's program takes more than ${MAX_STEPS} steps`,
      why: 'It may loop without end',
    })
  }

  /** A container, an instance, a function or an iterator that the program makes. @throws ModelError LIMIT_EXCEEDED */
  object(): void {
    this.step(STEPS_PER_OBJECT)
  }

  /** Entries that are put into a dict or a set. @throws ModelError LIMIT_EXCEEDED */
  entries(count: number): void {
    this.step(count * STEPS_PER_ENTRY)
  }

  /** A text that is read from end to end. @throws ModelError LIMIT_EXCEEDED */
  reading(length: number): void {
    this.step(Math.ceil(length / TEXT_PER_STEP))
  }

  /** A text that the program made. @throws ModelError LIMIT_EXCEEDED for one that no model needs. */
  text(length: number): void {
    this.reading(length)
    if (length <= MAX_TEXT) return
    throw new ModelError('LIMIT_EXCEEDED', {
      what: `The model's program makes a text of more than ${MAX_TEXT} characters`,
    })
  }

  /** A constant tensor that the program makes. @throws ModelError LIMIT_EXCEEDED before anything of it is made. */
  elements(count: number): void {
    if (!(count <= MAX_ELEMENTS)) {
      throw new ModelError('LIMIT_EXCEEDED', {
        what: `The model's program makes a constant tensor of ${count} elements`,
        why: `It would be stored in the model, and the limit is ${MAX_ELEMENTS}`,
        next: 'Pass the tensor as an input, or make a smaller one',
      })
    }
    this.step(count)
  }

  /** What the program has built so far, and the line that it stands at. @throws ModelError LIMIT_EXCEEDED */
  nodes(count: number, at: Where | undefined): void {
    if (count < MAX_NODES) return
    throw new ModelError('LIMIT_EXCEEDED', {
      what: `The model's program builds more than ${MAX_NODES} operators`,
      where: at && { file: at.file, line: at.line },
      why: 'Most likely a loop of it does not end, or runs far more often than it is meant to',
      next: 'Look at the loops around this line',
    })
  }

  /** Runs a call one level deeper. @throws ModelError LIMIT_EXCEEDED */
  nested<T>(run: () => T): T {
    if (this.#depth >= MAX_CALL_DEPTH) {
      throw new ModelError('LIMIT_EXCEEDED', {
        what: `The model's program nests more than ${MAX_CALL_DEPTH} calls`,
        why: 'It may call itself without end',
      })
    }
    this.#depth++
    try {
      return run()
    } finally {
      this.#depth--
    }
  }
}
