import { type Dim, dimExpression, dimName, type Relation } from '../../../graph/index.ts'

export interface GuardText {
  readonly text: string
  /** Whether it is spelled out, so that whoever runs the model can check it with the sizes of a call. */
  readonly isCheckable: boolean
}

/** `floor((H + 1)/2) >= 7`; with names in the place of expressions that are too long to be carried along. */
export function guardText(a: Dim, relation: Relation, b: Dim): GuardText {
  const [left, right] = [dimExpression(a), dimExpression(b)]
  return left === undefined || right === undefined
    ? { text: `${dimName(a)} ${relation} ${dimName(b)}`, isCheckable: false }
    : { text: `${left} ${relation} ${right}`, isCheckable: true }
}
