import { mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ownModules = fileURLToPath(new URL('../../node_modules', import.meta.url))

/** A folder with a bot in it, as an author has one; goes away at the end. */
export interface BotFolder extends AsyncDisposable {
  readonly path: string
}

/** Makes a folder with these files, and with the packages that the tests of the command line may use. */
export async function botFolder(
  files: Readonly<Record<string, string>>,
  { modules = ownModules }: { readonly modules?: string } = {},
): Promise<BotFolder> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'larkspur-cli-')))
  await symlink(modules, join(path, 'node_modules'), 'junction')
  await writeFile(join(path, 'package.json'), '{ "type": "module" }')
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text)
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** The configuration of a bot that repeats what it hears; `more` goes in front of its answer. */
export function parrotConfig({ options = '', more = '' } = {}): string {
  return `
import { setTimeout as delay } from 'node:timers/promises'
import { defineConfig, definePlugin } from '@larkspur/core'

const parrot = definePlugin({
  name: 'parrot',
  setup({ on, app }) {
    on('im.message.receive_v1', async ({ body }) => {
      const { chat_id, content } = body.message
      const { text } = JSON.parse(content)
      if (text.includes('quiet')) return
      ${more}
      await app().request({
        method: 'POST',
        path: '/open-apis/im/v1/messages',
        query: { receive_id_type: 'chat_id' },
        body: { receive_id: chat_id, msg_type: 'text', content: JSON.stringify({ text: text + '!' }) },
      })
    })
  },
})
export default defineConfig({ plugins: [parrot()], ${options} })
`
}
