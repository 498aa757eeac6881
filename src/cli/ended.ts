/** Thrown by a command that has done and told all it could, and yet did not succeed: a list of which one part failed. */
export class Ended extends Error {
  readonly status: 1 | 2

  constructor(status: 1 | 2) {
    super(`ended with status ${status}`)
    this.status = status
  }
}
