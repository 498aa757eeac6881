import { writeZip, type ZipMember } from '../../../graph/bytes/zip-writer.ts'

/** What a test says of a program; everything else is filled in as torch.export writes it. */
export interface WrittenProgram {
  /** User inputs: dims of float32 tensors; a text is a size's expression. */
  readonly inputs: Readonly<Record<string, readonly (number | string)[]>>
  readonly weights?: Readonly<Record<string, readonly number[]>>
  readonly nodes: readonly unknown[]
  /** Records of the results. */
  readonly results?: Readonly<Record<string, readonly (number | string)[]>>
  readonly outputs: readonly string[]
  readonly ranges?: Readonly<Record<string, unknown>>
  readonly guards?: readonly string[]
  /** Merged over the signature, and over the root. */
  readonly signature?: Readonly<Record<string, unknown>>
  readonly root?: Readonly<Record<string, unknown>>
}

const FLOAT = 7

export const size = (of: number | string): unknown =>
  typeof of === 'number' ? { as_int: of } : { as_expr: { expr_str: of, hint: { as_int: 4 } } }

export const record = (dims: readonly (number | string)[], dtype = FLOAT): unknown => ({
  dtype,
  sizes: dims.map(size),
  requires_grad: false,
  device: { type: 'cpu', index: null },
  strides: dims.map(() => ({ as_int: 1 })),
  storage_offset: { as_int: 0 },
  layout: 7,
})

export const tensor = (name: string): unknown => ({ as_tensor: { name } })

/** `node('aten.add.Tensor', ['x', 'y'], 'sum')`; an argument that is no name is one of the file's own. */
export const node = (target: string, args: readonly unknown[], ...results: readonly string[]): unknown => ({
  target: `torch.ops.${target}`,
  inputs: args.map((arg, index) => ({
    name: ['self', 'other'][index] ?? `arg${index}`,
    arg: typeof arg === 'string' ? tensor(arg) : arg,
    kind: 1,
  })),
  outputs: results.map(tensor),
  metadata: {},
  name: results[0] ?? 'node',
})

export function programJson(program: WrittenProgram): Record<string, unknown> {
  const { inputs, weights = {}, results = {}, outputs } = program
  const tensors = { ...inputs, ...weights, ...results }
  const graph = {
    inputs: [...Object.keys(weights), ...Object.keys(inputs)].map(tensor),
    outputs: outputs.map(tensor),
    nodes: program.nodes,
    tensor_values: Object.fromEntries(Object.entries(tensors).map(([name, dims]) => [name, record(dims)])),
    sym_int_values: {},
    sym_bool_values: {},
    is_single_tensor_return: false,
  }
  const signature = {
    input_specs: [
      ...Object.keys(weights).map((name) => ({ parameter: { arg: { name }, parameter_name: name } })),
      ...Object.keys(inputs).map((name) => ({ user_input: { arg: tensor(name) } })),
    ],
    output_specs: outputs.map((name) => ({ user_output: { arg: tensor(name) } })),
    ...program.signature,
  }
  return {
    graph_module: { graph, signature, module_call_graph: [] },
    opset_version: { aten: 10 },
    range_constraints: program.ranges ?? {},
    guards_code: program.guards ?? [],
    schema_version: { major: 8, minor: 20 },
    torch_version: '2.13.0',
    ...program.root,
  }
}

/** An archive of torch 2.9 and later: each weight a record of float32 ones. */
export function programArchive(program: WrittenProgram, ...more: readonly ZipMember[]): Buffer {
  const weights = Object.entries(program.weights ?? {})
  const config = Object.fromEntries(
    weights.map(([name, dims], index) => [
      name,
      { path_name: `weight_${index}`, is_param: true, use_pickle: false, tensor_meta: weightRecord(dims) },
    ]),
  )
  return writeZip([
    { name: 'net/archive_format', data: 'pt2' },
    { name: 'net/models/model.json', data: JSON.stringify(programJson(program)) },
    { name: 'net/data/weights/model_weights_config.json', data: JSON.stringify({ config }) },
    ...weights.map(([, dims], index) => ({ name: `net/data/weights/weight_${index}`, data: ones(dims) })),
    ...more,
  ])
}

function weightRecord(dims: readonly number[]): unknown {
  const strides = dims.map((_, axis) => ({ as_int: dims.slice(axis + 1).reduce((a, b) => a * b, 1) }))
  return { ...(record(dims) as Record<string, unknown>), strides }
}

const ones = (dims: readonly number[]): Buffer =>
  Buffer.from(new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(1).buffer)
