import type { SavedTensor, TensorHandle } from '../values/index.ts'
import { type Holder, putSlots, type Slots, slotsOf } from './holders.ts'
import type { Reachable } from './reachable.ts'

/** What a program could change, as it was at one moment. */
export class Moment {
  readonly holders: ReadonlyMap<Holder, Slots>
  readonly tensors: ReadonlyMap<TensorHandle, SavedTensor>

  constructor(...parts: readonly Reachable[]) {
    const holders = new Map<Holder, Slots>()
    const tensors = new Map<TensorHandle, SavedTensor>()
    for (const part of parts) {
      for (const holder of part.holders) {
        const slots = slotsOf(holder)
        if (slots) holders.set(holder, slots)
      }
      for (const tensor of part.tensors) tensors.set(tensor, tensor.saved())
    }
    this.holders = holders
    this.tensors = tensors
  }

  /** Makes everything as it was then. */
  restore(): void {
    for (const [holder, slots] of this.holders) putSlots(holder, slots)
    for (const { restore } of this.tensors.values()) restore()
  }
}
