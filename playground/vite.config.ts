import { defineConfig } from 'vite'
import { standIn } from './stand-in.ts'

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [standIn()],
  server: { fs: { allow: ['..'] } },
})
