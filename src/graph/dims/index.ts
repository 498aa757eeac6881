export {
  add,
  ceilDiv,
  floorDiv,
  maxDim,
  minDim,
  mod,
  mul,
  product,
  sub,
  sum,
} from './arithmetic.ts'
export {
  type Atom,
  type Dim,
  dimKey,
  isSymbolic,
  isUnwieldy,
  type SymDim,
  symbol,
  symbolName,
  type Term,
} from './dim.ts'
export {
  type DoubleProduct,
  type Fraction,
  halfToEven,
  type Rounding,
  SIZE_LIMIT,
  wholeFraction,
} from './double-fraction.ts'
export { bounds, DEFAULT_FACTS, type DimFacts, decide, type Relation, type SymbolFacts } from './facts.ts'
export { equalSymbols, onlySolution, type Solution } from './only-solution.ts'
export { dimExpression, dimName } from './print.ts'
export { evaluate, substitute, symbolsOf } from './symbols.ts'
