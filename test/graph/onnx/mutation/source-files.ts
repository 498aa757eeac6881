import { readFileSync } from 'node:fs'
import { formBytes, GRAPH_FORMS } from '../../../../bench/graph-forms.ts'
import { readAll, readZip } from '../../../../src/graph/bytes/index.ts'
import { MemorySource } from '../../../../src/graph/index.ts'
import * as F from '../../../../src/graph/onnx/proto/fields.ts'
import { external, type FileSpec, onnxBytes } from '../onnx-file.ts'
import { decodeMessage, encodeMessage, type Field, type Message } from './message-tree.ts'
import type { SourceFile } from './mutate.ts'

const CASES = new URL('../../../../fixtures/onnx-node/cases.zip', import.meta.url)

/** Nodes of a graph of each form. */
const FORM_NODES = 24

/**
 * The files that mutants are made of: single operators of every opset, the same with their inputs as constants, which kernels then
 * compute, and graphs in many forms.
 */
export function sourceFiles(): SourceFile[] {
  const entries = readZip(new MemorySource(readFileSync(CASES), 'cases.zip'))
  // Copies: what reads share must not change with a mutant.
  const read = (name: string): Uint8Array | undefined => {
    const entry = entries.get(name)
    return entry && new Uint8Array(readAll(entry.open()))
  }
  const names = [...entries.keys()].filter((name) => name.endsWith('/model.onnx'))
  const cases = names.map((name) => ({ name, bytes: read(name) ?? new Uint8Array() }))
  const constant = cases.map(({ name, bytes }) => ({
    name: `${name} of constants`,
    bytes: ofConstants(bytes, (index) => read(name.replace('model.onnx', `input_${index}.pb`))),
  }))
  const forms = GRAPH_FORMS.map((form) => ({
    name: form.name,
    bytes: new Uint8Array(formBytes(form, FORM_NODES)),
  }))
  const data = { name: 'data in another file', bytes: new Uint8Array(onnxBytes(OTHER_FILE)) }
  return [...cases, ...constant, ...forms, ...forms, data, data, data]
}

/** The file that mutants may refer to. */
export const SIBLINGS: ReadonlyMap<string, Uint8Array> = new Map([['weights.bin', new Uint8Array(4096)]])

const OTHER_FILE: FileSpec = {
  initializers: [
    { name: 'a', dims: [4], data: external({ location: 'weights.bin', offset: '16', length: '16' }) },
    { name: 'b', dims: [2, 4], data: external({ location: './weights.bin', offset: '4064' }) },
  ],
  nodes: [{ op: 'Add', inputs: ['a', 'b'], outputs: ['y'] }],
  outputs: [{ name: 'y' }],
}

/** A file whose inputs are recorded tensors. */
function ofConstants(bytes: Uint8Array, recorded: (index: number) => Uint8Array | undefined): Uint8Array {
  const file = decodeMessage(bytes)
  const graph = nested(file, F.MODEL.graph)
  if (!graph) return bytes
  const inputs = graph.fields.filter(({ number }) => number === F.GRAPH.input)
  inputs.forEach((input, index) => {
    const data = recorded(index)
    const name = input.value.wire === 'message' ? fieldOf(input.value.message, F.VALUE_INFO.name) : undefined
    if (!data || !name) return
    const tensor = decodeMessage(data, 'tensor')
    tensor.fields = tensor.fields.filter(({ number }) => number !== F.TENSOR.name)
    tensor.fields.push({ number: F.TENSOR.name, value: name.value })
    graph.fields = graph.fields.filter((field) => field !== input)
    graph.fields.push({ number: F.GRAPH.initializer, value: { wire: 'message', message: tensor } })
  })
  return new Uint8Array(encodeMessage(file))
}

const fieldOf = ({ fields }: Message, number: number): Field | undefined =>
  fields.find((field) => field.number === number)

function nested(message: Message, number: number): Message | undefined {
  const value = fieldOf(message, number)?.value
  return value?.wire === 'message' ? value.message : undefined
}
