import type { PyValue } from '../values/index.ts'

/** Where `import` finds modules. */
export interface ModuleSource {
  /** By dotted name; undefined when it is not known. */
  find(name: string): PyValue | undefined
}
