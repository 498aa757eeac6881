import { DictValue } from './containers.ts'
import type { PyValue } from './py-value.ts'

/** `instance.__dict__`: the attributes themselves, so that what is written to the dict is set on the instance. */
export class AttributesView extends DictValue {
  readonly #attributes: Map<string, PyValue>

  constructor(attributes: Map<string, PyValue>) {
    super()
    this.#attributes = attributes
  }

  override get size(): number {
    return this.entries().length
  }

  override get(key: PyValue): PyValue | undefined {
    return key.kind === 'str' ? this.#attributes.get(key.value) : undefined
  }

  override has(key: PyValue): boolean {
    return this.get(key) !== undefined
  }

  override set(key: PyValue, value: PyValue): void {
    if (key.kind === 'str') this.#attributes.set(key.value, value)
  }

  override delete(key: PyValue): boolean {
    return key.kind === 'str' && this.#attributes.delete(key.value)
  }

  override clear(): void {
    this.#attributes.clear()
  }

  override entries(): (readonly [PyValue, PyValue])[] {
    // A name with a blank before it is none of the program's.
    return [...this.#attributes].flatMap(([key, value]) =>
      key.startsWith(' ') ? [] : [[{ kind: 'str', value: key }, value] as const],
    )
  }
}
