import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const packages = readdirSync('packages').map((name) => `packages/${name}`)
const measured = packages.filter((folder) => /\/(core|plugin-[^/]+)$/.test(folder))

export default defineConfig({
  test: {
    globalSetup: ['scripts/postgres/global-setup.ts'],
    // Tests wait on sockets and child processes more than they compute.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Each project stands alone: what it took over from here, globalSetup above all, would run once for each.
    projects: [...packages, 'scripts'].map((root) => ({
      test: {
        name: root.replace('packages/', ''),
        root,
        testTimeout: 20_000,
        hookTimeout: 30_000,
        // Real sockets and processes on a machine that does other things, too; the report names what needed it.
        retry: process.env.CI ? 1 : 0,
      },
    })),
    coverage: {
      provider: 'v8',
      reporter: ['text-summary', 'html', 'json-summary'],
      include: measured.map((folder) => `${folder}/src/**/*.ts`),
      exclude: ['**/*.test.ts', '**/*.test-d.ts', '**/testing/**', '**/generated/**'],
      thresholds: Object.fromEntries(measured.map((folder) => [`${folder}/src/**`, { lines: 90 }])),
    },
  },
})
