import {
  type FileSpec,
  graph,
  int,
  ints,
  type NodeSpec,
  onnxBytes,
  raw,
} from '../test/graph/onnx/onnx-file.ts'

/** A family of ONNX graphs that differ in size alone. */
export interface GraphForm {
  readonly name: string
  /** A file of about that many nodes, subgraphs included. */
  readonly make: (nodes: number) => FileSpec
}

const [FLOAT, INT64, BOOL] = [1, 7, 9]
const x = { name: 'x', dims: ['N', 3, 4] as const }
const upTo = (count: number): number[] =>
  Array.from({ length: Math.max(1, Math.floor(count)) }, (_, at) => at)
const node = (
  op: string,
  inputs: readonly string[],
  output: string,
  attributes?: NodeSpec['attributes'],
): NodeSpec => ({
  op,
  inputs,
  outputs: [output],
  ...(attributes && { attributes }),
})
const int64s = (name: string, ...values: number[]) => ({
  name,
  type: INT64,
  dims: [values.length],
  data: raw(new Uint8Array(BigInt64Array.from(values, BigInt).buffer)),
})
const floats = (name: string, dims: readonly number[], values: readonly number[]) => ({
  name,
  type: FLOAT,
  dims,
  data: raw(new Uint8Array(Float32Array.from(values).buffer)),
})

/** One chain: `step` names the nodes that make value `at + 1` of value `at`. */
function chain(steps: number, step: (from: string, to: string, at: number) => readonly NodeSpec[]): FileSpec {
  const nodes = upTo(steps).flatMap((at) => step(at === 0 ? 'x' : `h${at}`, `h${at + 1}`, at))
  return { inputs: [x], nodes, outputs: [{ name: `h${upTo(steps).length}` }] }
}

/** `x` again through each of many values, added up. */
const summed = (names: readonly string[]): readonly NodeSpec[] =>
  names.map((name, at) => node('Add', [at === 0 ? 'x' : `s${at}`, name], `s${at + 1}`))

/** Subgraphs in subgraphs, each with its share of the nodes around the next. */
function nested(nodes: number, depth: number): FileSpec {
  const share = upTo(nodes / (2 * depth))
  const level = (at: number, input: string): FileSpec => {
    const own = share.map((step) =>
      node('Relu', [step === 0 ? input : `d${at}_${step}`], `d${at}_${step + 1}`),
    )
    const last = `d${at}_${share.length}`
    if (at === depth) return { nodes: own, outputs: [{ name: last }] }
    const other = {
      nodes: share.map((step) => node('Neg', [step === 0 ? input : `e${at}_${step}`], `e${at}_${step + 1}`)),
      outputs: [{ name: `e${at}_${share.length}` }],
    }
    const branch = node('If', ['c'], `r${at}`, {
      then_branch: graph(level(at + 1, last)),
      else_branch: graph(other),
    })
    return { nodes: [...own, branch], outputs: [{ name: `r${at}` }] }
  }
  return { inputs: [x, { name: 'c', type: BOOL, dims: [] }], ...level(0, 'x') }
}

/** What real and hostile graphs grow in: each form is one way of being large. */
export const GRAPH_FORMS: readonly GraphForm[] = [
  { name: 'chain', make: (n) => chain(n, (from, to, at) => [node(at % 2 ? 'Relu' : 'Sigmoid', [from], to)]) },
  {
    name: 'chain-backwards',
    make: (n) => {
      const spec = chain(n, (from, to) => [node('Relu', [from], to)])
      return { ...spec, nodes: [...(spec.nodes ?? [])].reverse() }
    },
  },
  {
    name: 'one-name',
    make: (n) => chain(n, (from, to) => [{ ...node('Relu', [from], to), name: 'same' }]),
  },
  {
    name: 'fan-out',
    make: (n) => {
      const read = upTo(n / 2)
      return {
        inputs: [x],
        nodes: [...read.map((at) => node('Relu', ['x'], `r${at}`)), ...summed(read.map((at) => `r${at}`))],
        outputs: [{ name: `s${read.length}` }],
      }
    },
  },
  {
    name: 'residual',
    make: (n) =>
      chain(n / 2, (from, to, at) => [node('Relu', [from], `r${at}`), node('Add', [from, `r${at}`], to)]),
  },
  {
    name: 'constants',
    make: (n) => ({
      ...chain(n / 2, (from, to, at) => [
        node('Neg', [`c${at}`], `n${at}`),
        node('Add', [from, `n${at}`], to),
      ]),
      initializers: upTo(n / 2).map((at) => floats(`c${at}`, [1], [at + 1])),
    }),
  },
  {
    name: 'shared-weight',
    make: (n) => ({
      ...chain(n / 2, (from, to, at) => [
        node('Transpose', ['w'], `t${at}`),
        node('MatMul', [from, `t${at}`], to),
      ]),
      initializers: [floats('w', [4, 4], upTo(16))],
    }),
  },
  {
    name: 'shared-large-constant',
    make: (n) => ({
      ...chain(n / 2, (from, to, at) => [node('Neg', ['w'], `t${at}`), node('Add', [from, `t${at}`], to)]),
      inputs: [{ name: 'x', dims: ['N', 8, 1024] }],
      initializers: [floats('w', [8, 1024], upTo(8192))],
    }),
  },
  {
    name: 'shapes',
    make: (n) => ({
      ...chain(n / 5, (from, to, at) => [
        node('Shape', [from], `a${at}`),
        node('Gather', [`a${at}`, 'zero'], `b${at}`),
        node('Concat', [`b${at}`, at % 2 ? 'twelve' : 'threefour'], `d${at}`, { axis: int(0) }),
        node('Reshape', [from, `d${at}`], `f${at}`),
        node('Relu', [`f${at}`], to),
      ]),
      initializers: [int64s('zero', 0), int64s('twelve', 12), int64s('threefour', 3, 4)],
    }),
  },
  {
    name: 'data-dependent',
    make: (n) => {
      const many = upTo(n / 3)
      return {
        inputs: [x],
        nodes: many.flatMap((at) => [
          node('NonZero', [at === 0 ? 'x' : `g${at - 1}`], `a${at}`),
          node('Cast', [`a${at}`], `f${at}`, { to: int(FLOAT) }),
          node('Sub', [`f${at}`, `f${at}`], `g${at}`),
        ]),
        outputs: [{ name: `g${many.length - 1}` }],
      }
    },
  },
  {
    name: 'conditions',
    make: (n) => ({
      ...chain(n / 3, (from, to, at) => [
        node('If', ['c'], to, {
          then_branch: graph({ nodes: [node('Relu', [from], `t${at}`)], outputs: [{ name: `t${at}` }] }),
          else_branch: graph({ nodes: [node('Neg', [from], `e${at}`)], outputs: [{ name: `e${at}` }] }),
        }),
      ]),
      inputs: [x, { name: 'c', type: BOOL, dims: [] }],
    }),
  },
  { name: 'nested-conditions', make: (n) => nested(n, 30) },
  {
    name: 'wide-concat',
    make: (n) => {
      const parts = upTo(n / 2)
      return {
        inputs: [x],
        nodes: [
          ...parts.map((at) => node(at % 2 ? 'Relu' : 'Neg', ['x'], `r${at}`)),
          node(
            'Concat',
            parts.map((at) => `r${at}`),
            'y',
            { axis: int(1) },
          ),
          ...parts.map((at) => node('Relu', [at === 0 ? 'y' : `z${at}`], `z${at + 1}`)),
        ],
        outputs: [{ name: `z${parts.length}` }],
      }
    },
  },
  {
    name: 'concat-of-symbols',
    make: (n) => {
      const parts = upTo(n / 2)
      return {
        inputs: [x],
        nodes: [
          ...parts.map((at) => node('NonZero', ['x'], `r${at}`)),
          node(
            'Concat',
            parts.map((at) => `r${at}`),
            'y',
            { axis: int(1) },
          ),
          ...parts.map((at) => node('Neg', [at === 0 ? 'y' : `z${at}`], `z${at + 1}`)),
        ],
        outputs: [{ name: `z${parts.length}` }],
      }
    },
  },
  {
    name: 'wide-concat-of-identities',
    make: (n) => {
      const parts = upTo(n)
      return {
        inputs: [x],
        nodes: [
          ...parts.map((at) => node('Identity', ['x'], `r${at}`)),
          node(
            'Concat',
            parts.map((at) => `r${at}`),
            'y',
            { axis: int(1) },
          ),
        ],
        outputs: [{ name: 'y' }],
      }
    },
  },
  {
    name: 'growing-sums',
    make: (n) =>
      chain(n / 2, (from, to, at) => [
        node('NonZero', ['x'], `z${at}`),
        node('Concat', at === 0 ? [`z${at}`] : [from, `z${at}`], to, { axis: int(1) }),
      ]),
  },
  {
    name: 'growing-maxima',
    make: (n) => {
      const read = upTo(n)
      return {
        inputs: [x, ...read.map((at) => ({ name: `p${at}`, dims: [`D${at}`, 3, 4] }))],
        nodes: summed(read.map((at) => `p${at}`)),
        outputs: [{ name: `s${read.length}` }],
      }
    },
  },
  {
    name: 'strided',
    make: (n) => ({
      ...chain(n, (from, to) => [node('MaxPool', [from], to, { kernel_shape: ints(4), strides: ints(2) })]),
      inputs: [{ name: 'x', dims: ['N', 3, 'L'] }],
    }),
  },
  {
    name: 'multiplied-shapes',
    make: (n) => ({
      ...chain(n, (from, to, at) => [
        at === 0
          ? node('Shape', ['x'], to)
          : node(at % 2 ? 'Mul' : 'Add', [from, at > 4 ? `h${at - 3}` : from], to),
      ]),
      inputs: [{ name: 'x', dims: ['N', 'M', 'L'] }],
    }),
  },
  {
    name: 'nested-loops',
    make: (n) => {
      const depth = 30
      const share = upTo(n / depth)
      const level = (at: number, input: string): FileSpec => {
        const own = share.map((step) =>
          node(
            step === 0 ? 'Concat' : 'Relu',
            step === 0 ? [input, input] : [`d${at}_${step}`],
            `d${at}_${step + 1}`,
            step === 0 ? { axis: int(0) } : {},
          ),
        )
        const last = `d${at}_${share.length}`
        if (at === depth) return { nodes: own, outputs: [{ name: last }] }
        const inner = level(at + 1, `v${at}`)
        const body: FileSpec = {
          inputs: [
            { name: `i${at}`, type: INT64, dims: [] },
            { name: `k${at}`, type: BOOL, dims: [] },
            { name: `v${at}` },
          ],
          nodes: [...(inner.nodes ?? []), node('Identity', [`k${at}`], `o${at}`)],
          outputs: [{ name: `o${at}` }, ...(inner.outputs ?? [])],
        }
        return {
          nodes: [...own, node('Loop', ['count', '', last], `r${at}`, { body: graph(body) })],
          outputs: [{ name: `r${at}` }],
        }
      }
      return { inputs: [x, { name: 'count', type: INT64, dims: [] }], ...level(0, 'x') }
    },
  },
  {
    name: 'ports',
    make: (n) => {
      const ports = upTo(n / 2)
      return {
        inputs: ports.map((at) => ({ name: `p${at}`, dims: ['N', 3] })),
        nodes: ports.map((at) => node('Relu', [`p${at}`], `q${at}`)),
        outputs: [...ports.map((at) => ({ name: `q${at}` })), ...ports.map((at) => ({ name: `p${at}` }))],
      }
    },
  },
  {
    name: 'split',
    make: (n) => {
      const parts = upTo(Math.min(n / 2, 60_000))
      return {
        inputs: [{ name: 'x', dims: ['N', parts.length] }],
        nodes: [
          {
            op: 'Split',
            inputs: ['x', 'sizes'],
            outputs: parts.map((at) => `r${at}`),
            attributes: { axis: int(1) },
          },
          ...parts.map((at) => node('Neg', [`r${at}`], `z${at}`)),
          node(
            'Sum',
            parts.map((at) => `z${at}`),
            'y',
          ),
        ],
        initializers: [int64s('sizes', ...parts.map(() => 1))],
        outputs: [{ name: 'y' }],
      }
    },
  },
  {
    name: 'unread',
    make: (n) => {
      const spec = chain(n / 2, (from, to) => [node('Relu', [from], to)])
      const side = upTo(n / 2).map((at) => node('Neg', [at === 0 ? 'x' : `u${at}`], `u${at + 1}`))
      return { ...spec, nodes: [...(spec.nodes ?? []), ...side] }
    },
  },
  {
    name: 'unsqueezes',
    make: (n) =>
      chain(n / 2, (from, to, at) => [
        node('Transpose', [from], `t${at}`, { perm: ints(0, 2, 1) }),
        node('Transpose', [`t${at}`], to, { perm: ints(0, 2, 1) }),
      ]),
  },
  {
    name: 'function-calls',
    make: (n) => ({
      ...chain(n / 2, (from, to) => [{ op: 'Twice', domain: 'test', inputs: [from], outputs: [to] }]),
      functions: [
        {
          name: 'Twice',
          inputs: ['a'],
          outputs: ['c'],
          nodes: [node('Relu', ['a'], 'b'), node('Neg', ['b'], 'c')],
        },
      ],
    }),
  },
]

export const formBytes = ({ make }: GraphForm, nodes: number): Uint8Array => onnxBytes(make(nodes))
