import { defineConfig } from '@larkspur/core'
import { messaging } from '@larkspur/plugin-messaging'
import { greeter } from './src/greeter.ts'

export default defineConfig({
  plugins: [messaging(), greeter()],
})
