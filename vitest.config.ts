import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: ['packages/*', 'scripts'],
    globalSetup: ['scripts/postgres/global-setup.ts'],
  },
})
