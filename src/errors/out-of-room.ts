/** How V8 says that an array, a buffer, a string, an int, a map or the stack would be too large: sizes come from the model. */
const NO_ROOM =
  /^(Invalid (typed )?array length|Invalid string length|Array buffer allocation failed|Maximum call stack|Maximum BigInt size|(Map|Set) maximum size)/

/** Whether something was larger than JavaScript has room for; any other RangeError is a bug of ours. */
export const isOutOfRoom = (thrown: unknown): thrown is RangeError =>
  thrown instanceof RangeError && NO_ROOM.test(thrown.message)
