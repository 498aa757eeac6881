import { expect, it } from 'vitest'
import { MODEL_ID, parseModelId } from '../../src/plugin/model-id.ts'

it.each([
  ['./net.pth', { path: './net.pth', query: '' }],
  ['./net.pth?format=onnx&quant=int8', { path: './net.pth', query: 'format=onnx&quant=int8' }],
  ['/a/NET.ONNX', { path: '/a/NET.ONNX', query: '' }],
  ['./net.pth?fromat=onnx', { path: './net.pth', query: 'fromat=onnx' }],
  ['./net.pth?format=onnx&url', { path: './net.pth', query: 'format=onnx&url' }],
  ['/net.pth?import', { path: '/net.pth', query: '' }],
  ['/net.pth?import&format=onnx&t=1700000000', { path: '/net.pth', query: 'format=onnx' }],
  ['./net.bin?arch=resnet18', { path: './net.bin', query: 'arch=resnet18' }],
  ['@/models/net.safetensors?arch=./m.py', { path: '@/models/net.safetensors', query: 'arch=./m.py' }],
])('%s is a model of ours', (id, parts) => {
  expect(parseModelId(id)).toEqual(parts)
  expect(id).toMatch(MODEL_ID)
})

it.each([
  './net.onnx?url',
  './net.onnx?url&no-inline',
  './net.onnx?t=17&raw',
  '/net.onnx?import&url',
  './weights.bin',
  './graph.pb',
  './app.ts',
  './net.pth.json',
  './pth',
  '\0virtual:net.pth',
])('%j is not', (id) => {
  expect(parseModelId(id)).toBeUndefined()
})
