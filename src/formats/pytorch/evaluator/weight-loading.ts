import type { PythonError } from './python-error.ts'
import type { TensorHandle } from './values/tensor-handle.ts'

/** What `load_state_dict` of the library's `nn.Module` asks of the front end that has the file. */
export interface WeightLoading {
  /**
   * Copies a tensor of the state dict into a parameter or buffer.
   *
   * @param isAssigned Whether the file's dtype stays (`assign=True`), and not the model's.
   * @returns PyTorch's message where the shapes differ.
   */
  copy(into: TensorHandle, from: TensorHandle, name: string, isAssigned: boolean): string | undefined
  /** What `load_state_dict` raises in the end. */
  mismatch(found: Mismatch): PythonError
}

/** What `load_state_dict` collects on its way. */
export interface Mismatch {
  readonly missing: readonly string[]
  readonly unexpected: readonly string[]
  /** `error_msgs`: PyTorch's, and those of the model's own loading. */
  readonly messages: readonly string[]
}

/** Counters that `forward` does not read: older files lack them. */
export const isCounter = (name: string): boolean => /(^|\.)num_batches_tracked$/.test(name)
