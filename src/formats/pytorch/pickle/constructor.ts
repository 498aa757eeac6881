import type { PickleClass, PickleStorage, PickleValue } from './value.ts'

/** What a constructor may ask of the unpickler. */
export interface ConstructorContext {
  /** The storage that an argument is. @throws ModelError CORRUPT_FILE */
  storage(value: PickleValue | undefined): PickleStorage
  /**
   * Counts elements that a constructor copies: a file can call one over and over on one large part.
   * @throws ModelError LIMIT_EXCEEDED when the sum is out of proportion to the bytes read.
   */
  charge(elements: number): void
  /** An error that names the place in the pickle. */
  damaged(what: string): Error
}

/** Makes the value that a call stands for; undefined leaves an inert record of the call. */
export type Constructor = (
  args: readonly PickleValue[],
  context: ConstructorContext,
  type: PickleClass,
) => PickleValue | undefined

/** By qualified name: `collections.OrderedDict`. */
export type ConstructorTable = ReadonlyMap<string, Constructor>

export interface UnpickleOptions {
  readonly constructors: ConstructorTable
  /** Globals that are values and no classes, by qualified name: `torch.float32`. */
  readonly constants: ReadonlyMap<string, PickleValue>
  /** Resolves the id of something kept outside of the pickle; absent where there can be none. */
  readonly persistentLoad?: (id: PickleValue) => PickleValue
}
