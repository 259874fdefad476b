import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { emojiSprite } from './emoji-sprite.ts'

// Built into the package: the sandbox serves these files itself and a browser loads nothing from elsewhere.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), emojiSprite()],
  build: {
    outDir: '../dist/page',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
  },
  css: { modules: { generateScopedName: '[name]-[local]-[hash:base64:4]' } },
})
