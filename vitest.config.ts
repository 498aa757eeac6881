import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Two workers: the browser and pack tests are heavy, and CI has two cores.
    maxWorkers: 2,
  },
})
