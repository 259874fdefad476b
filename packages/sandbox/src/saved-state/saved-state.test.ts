import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startSandbox } from '../start-sandbox.ts'
import { afterTest, firstApp, openSandbox, request, sendText, tenantToken } from '../testing/open-sandbox.ts'

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'larkspur-state-'))
  afterTest(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'sandbox.state')
}

describe('saved state', () => {
  it('leaves a folder that was named instead of a file where it is', async () => {
    const folder = join(newFile(), '..')
    await expect(startSandbox({ stateFile: folder })).rejects.toThrow(`The saved state ${folder} is a folder`)
    expect(statSync(folder).isDirectory()).toBe(true)
  })

  it('brings back chats, messages, reactions, reading, people, apps, files and cards', async () => {
    const stateFile = newFile()
    const before = await startSandbox({ stateFile })
    const { chatId, messageId } = await before.say({ user: 'alice', text: 'remember me' })
    const token = await tenantToken(before)
    await sendText(before, token, chatId, 'I do')
    await before.react({ user: 'alice', messageId, emojiType: 'OK' })
    await before.say({ user: 'alice', text: 'a thread', replyTo: messageId, inThread: true })
    await before.read({ user: 'alice', chatId })
    await before.createUser({ userId: 'newbie', name: 'New Bee' })
    await before.deleteUser({ user: 'tomas' })
    const group = await before.createChat({ name: 'Trip', users: ['newbie'], apps: [] })
    const second = await before.addApp({ name: 'Second' })
    const { key } = await before.upload({
      kind: 'file',
      data: Buffer.from('bytes').toString('base64'),
      fileName: 'a.txt',
    })
    const data = JSON.stringify({ schema: '2.0', body: { elements: [{ tag: 'hr', element_id: 'line' }] } })
    const made = await request(before, 'POST', '/open-apis/cardkit/v1/cards', {
      token,
      body: { type: 'card_json', data },
    })
    const said = await before.messages({ chatId })
    await before.close()

    const after = await openSandbox({ stateFile })
    expect(await after.messages({ chatId })).toEqual(said)
    expect((await after.chats()).find((chat) => chat.chatId === group.chatId)).toEqual(group)
    expect(after.users.map(({ userId }) => userId)).toContain('newbie')
    expect(after.users.map(({ userId }) => userId)).not.toContain('tomas')
    expect(after.apps).toEqual(before.apps)
    expect(after.apps).toContainEqual(expect.objectContaining({ appId: second.appId, appSecret: second.appSecret }))
    expect(await after.download({ key })).toMatchObject({
      fileName: 'a.txt',
      data: Buffer.from('bytes').toString('base64'),
    })
    const next = await after.say({ user: 'alice', text: 'and on' })
    expect(next.seq).toBe((said.at(-1)?.seq ?? 0) + 1)
    const cardId = made.body.data.card_id
    const gone = await request(after, 'DELETE', `/open-apis/cardkit/v1/cards/${cardId}/elements/line`, {
      token: await tenantToken(after),
      body: { sequence: 1 },
    })
    expect(gone.body.code).toBe(0)
  })

  it('brings back documents as they were last', async () => {
    const stateFile = newFile()
    const before = await startSandbox({ stateFile })
    const token = await tenantToken(before)
    const base = await request(before, 'POST', '/open-apis/bitable/v1/apps', { token, body: { name: 'Plan' } })
    const sheet = await request(before, 'POST', '/open-apis/sheets/v3/spreadsheets', { token, body: { title: 'Sums' } })
    const spreadsheet = sheet.body.data.spreadsheet.spreadsheet_token
    const docx = await request(before, 'POST', '/open-apis/docx/v1/documents', { token, body: { title: 'Notes' } })
    const documents = await before.documents()
    await before.close()
    const after = await openSandbox({ stateFile })
    const kept = (list: typeof documents) => list.filter(({ type }) => type !== 'workspace')
    expect(kept(await after.documents())).toEqual(kept(documents))
    expect(kept(documents).map(({ token }) => token)).toEqual(
      expect.arrayContaining([base.body.data.app.app_token, spreadsheet, docx.body.data.document.document_id]),
    )
  })

  it('appends what changed, whatever lies there already', async () => {
    const stateFile = newFile()
    const sandbox = await openSandbox({ stateFile })
    for (let count = 0; count < 500; count += 1) await sandbox.say({ user: 'alice', text: `message ${count}` })
    await expect.poll(() => readFileSync(stateFile).includes('message 499')).toBe(true)
    const bytes = statSync(stateFile).size
    await sandbox.say({ user: 'alice', text: 'one more' })
    await expect.poll(() => statSync(stateFile).size).toBeGreaterThan(bytes)
    expect(statSync(stateFile).size - bytes).toBeLessThan(2000)
  })

  it('is emptied by a reset', async () => {
    const stateFile = newFile()
    const before = await startSandbox({ stateFile })
    const { chatId } = await before.say({ user: 'alice', text: 'forget me' })
    await before.reset()
    await before.close()
    expect(readFileSync(stateFile).includes('forget me')).toBe(false)
    const after = await openSandbox({ stateFile })
    expect(await after.messages({ chatId })).toEqual([])
  })

  it('is written again when it could not be for a while, and the sandbox lives on', async () => {
    const stateFile = newFile()
    const folder = join(stateFile, '..')
    const warnings: string[] = []
    const before = await startSandbox({ stateFile, onWarning: (sentence) => warnings.push(sentence) })
    rmSync(folder, { recursive: true })
    writeFileSync(folder, 'in the way')
    const { chatId } = await before.say({ user: 'alice', text: 'one' })
    await expect.poll(() => warnings).toHaveLength(1)
    expect(warnings[0]).toContain(`The state cannot be written to ${stateFile}: `)
    rmSync(folder)
    await before.say({ user: 'alice', text: 'two' })
    await before.close()
    const after = await openSandbox({ stateFile })
    expect(await after.messages({ chatId })).toMatchObject([{ text: 'one' }, { text: 'two' }])
    expect(warnings).toHaveLength(1)
  })

  it('is refused at the start where no file can be', async () => {
    const file = newFile()
    writeFileSync(file, '')
    await expect(startSandbox({ stateFile: join(file, 'below') })).rejects.toThrow(
      `The state file ${join(file, 'below')} cannot be written: `,
    )
  })

  it('does without a record that was cut off at the end', async () => {
    const stateFile = newFile()
    const before = await startSandbox({ stateFile })
    const { chatId } = await before.say({ user: 'alice', text: 'whole' })
    await before.close()
    appendFileSync(stateFile, Buffer.from([200, 0, 0, 0, 1, 2]))
    const warnings: string[] = []
    const after = await openSandbox({ stateFile, onWarning: (sentence) => warnings.push(sentence) })
    expect(await after.messages({ chatId })).toMatchObject([{ text: 'whole' }])
    expect(warnings).toEqual([])
  })

  it.each([
    ['foreign', (file: string) => writeFileSync(file, '{"some":"json"}'), 'it is not the state of a sandbox'],
    ['empty', (file: string) => truncateSync(file, 0), 'it is not the state of a sandbox'],
    [
      'damaged',
      (file: string) => {
        const bytes = readFileSync(file)
        bytes[40] = (bytes[40] ?? 0) ^ 0xff
        writeFileSync(file, bytes)
      },
      'it is damaged at byte 25',
    ],
  ])('keeps a %s file aside and starts fresh', async (_name, harm, why) => {
    const stateFile = newFile()
    const before = await startSandbox({ stateFile })
    const { chatId } = await before.say({ user: 'alice', text: 'lost' })
    await before.close()
    harm(stateFile)
    const harmed = readFileSync(stateFile)
    const warnings: string[] = []
    const after = await openSandbox({ stateFile, onWarning: (sentence) => warnings.push(sentence) })
    expect(warnings).toEqual([
      `The saved state ${stateFile} cannot be used: ${why}. It is kept as ${stateFile}.aside; the sandbox starts fresh.`,
    ])
    expect(readFileSync(`${stateFile}.aside`)).toEqual(harmed)
    expect(readdirSync(join(stateFile, '..')).sort()).toEqual(['sandbox.state', 'sandbox.state.aside'])
    expect(after.apps).toEqual([firstApp(before)])
    await expect(after.messages({ chatId })).rejects.toThrow('There is no chat')
  })
})
