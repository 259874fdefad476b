import { beforeEach, describe, expect, it } from 'vitest'
import { connectSandbox } from '../http-control.ts'
import type { Sandbox } from '../start-sandbox.ts'
import { apiClient, openSandbox, request, tenantToken, userToken } from '../testing/open-sandbox.ts'

let sandbox: Sandbox
let token: string

async function call(method: string, path: string, body?: unknown) {
  const answer = await request(sandbox, method, `/open-apis/aily/v1${path}`, { token, body })
  return { ...answer.body, status: answer.status }
}

async function ask(content: string, idempotent_id = content) {
  const session = `/sessions/${(await call('POST', '/sessions', { metadata: '{}' })).data.session.id}`
  await call('POST', `${session}/messages`, { idempotent_id, content_type: 'TEXT', content })
  const { run } = (await call('POST', `${session}/runs`, { app_id: 'spring_449d72db2f__c' })).data
  return { session, run: `${session}/runs/${run.id}`, runId: run.id, status: run.status }
}

const status = async (run: string) => (await call('GET', run)).data.run.status

beforeEach(async () => {
  sandbox = await openSandbox({ clockScale: 0.001 })
  token = await tenantToken(sandbox)
})

describe('a run', () => {
  it('is queued, in progress and completed by the clock, and its answer grows', async () => {
    await sandbox.answerAily({ text: '0123456789', afterMs: 1000 })
    const asked = await ask('how are you')
    expect(asked.status).toBe('QUEUED')
    const list = async (query = '') => (await call('GET', `${asked.session}/messages${query}`)).data.messages
    expect(await list()).toMatchObject([{ content: 'how are you', sender: { sender_type: 'USER' } }])
    await sandbox.setClock({ advanceMs: 700 })
    expect(await status(asked.run)).toBe('IN_PROGRESS')
    expect(await list()).toHaveLength(1)
    const [partial] = await list(`?with_partial_message=true&run_id=${asked.runId}`)
    expect(partial).toMatchObject({ content: '01234', status: 'IN_PROGRESS', sender: { sender_type: 'ASSISTANT' } })
    await sandbox.setClock({ advanceMs: 600 })
    const { run } = (await call('GET', asked.run)).data
    expect(run).toMatchObject({ status: 'COMPLETED', app_id: 'spring_449d72db2f__c' })
    expect(Number(run.ended_at) - Number(run.created_at)).toBe(1200)
    expect((await list()).at(-1)).toMatchObject({ content: '0123456789', run_id: asked.runId, status: 'COMPLETED' })
    expect((await call('GET', `${asked.session}/messages/${partial.id}`)).data.message.content).toBe('0123456789')
  })

  it('answers as scripted: by words, by number of times, or with a failure', async () => {
    const remote = await connectSandbox(sandbox.url)
    await remote.answerAily({ contains: 'weather', text: 'sunny', times: 1, afterMs: 0 })
    const answer = async (question: string) => {
      const { session, run } = await ask(question)
      await sandbox.setClock({ advanceMs: 2000 })
      const { messages } = (await call('GET', `${session}/messages`)).data
      return [await status(run), messages[1]?.content]
    }
    expect(await answer('the weather?')).toEqual(['COMPLETED', 'sunny'])
    expect(await answer('the weather?')).toEqual(['COMPLETED', '收到 Received: the weather?'])
    await remote.answerAily({ error: { code: 'sp_ec_sm_900101', message: 'no such skill' } })
    expect(await answer('x')).toEqual(['FAILED', undefined])
    await sandbox.reset()
    expect((await answer('x'))[0]).toBe('COMPLETED')
    await expect(remote.answerAily({ times: 0 })).rejects.toThrow('times is a whole number')
    await expect(remote.answerAily({ afterMs: -1 })).rejects.toThrow('afterMs must be 0 or more')
  })

  it('is the only active one of its session, and can be cancelled', async () => {
    const { session, run } = await ask('first')
    const second = await call('POST', `${session}/runs`, { app_id: 'spring_449d72db2f__c' })
    expect([second.status, second.code]).toEqual([400, 2700001])
    expect((await call('POST', `${run}/cancel`)).data.run.status).toBe('CANCELLED')
    expect((await call('POST', `${session}/runs`, { app_id: 'spring_449d72db2f__c' })).code).toBe(0)
    expect((await call('GET', `${session}/runs?page_size=1`)).data).toMatchObject({ has_more: true, runs: [{}] })
  })
})

describe('sessions', () => {
  it('are read, changed and deleted by their owner alone', async () => {
    const { session } = await ask('hello')
    expect((await call('PUT', session, { metadata: '{"a":1}' })).data.session.metadata).toBe('{"a":1}')
    const own = token
    token = await userToken(sandbox, 'alice')
    expect((await call('GET', session)).code).toBe(2700001)
    token = own
    expect((await call('GET', session)).data.session.created_by).toMatch(/^18\d{14}$/)
    expect((await call('DELETE', session)).code).toBe(0)
    expect((await call('GET', session)).code).toBe(2700001)
  })

  it('keep one message for one idempotent id', async () => {
    const { session } = await ask('hello', 'same')
    const body = { idempotent_id: 'same', content_type: 'TEXT', content: 'hello' }
    await call('POST', `${session}/messages`, body)
    await sandbox.setClock({ advanceMs: 71 * 3_600_000 })
    token = await tenantToken(sandbox)
    await call('POST', `${session}/messages`, body)
    const users = async () => {
      const { messages } = (await call('GET', `${session}/messages`)).data
      return messages.filter((one: { run_id: string }) => one.run_id === '').length
    }
    expect(await users()).toBe(1)
  })

  it('are refused what is malformed', async () => {
    const { session } = await ask('hello')
    const send = async (body: unknown) => (await call('POST', `${session}/messages`, body)).code
    expect(await send({ content_type: 'TEXT', content: 'x' })).toBe(2700001)
    expect(await send({ idempotent_id: 'a', content_type: 'WORD', content: 'x' })).toBe(2700001)
    expect(await send({ idempotent_id: 'a', content_type: 'TEXT', content: 'x'.repeat(61_441) })).toBe(2700001)
    expect((await call('POST', `${session}/runs`, {})).code).toBe(2700001)
    expect((await call('GET', `${session}/runs/run_none`)).code).toBe(2700001)
    expect((await call('GET', `${session}/messages/message_none`)).code).toBe(2700001)
    expect((await call('GET', `${session}/messages?page_token=!`)).code).toBe(2700001)
  })
})

describe('a skill', () => {
  it('is started and gives its output, with the SDK', async () => {
    await sandbox.answerAily({ skillId: 'skill_a', output: '{"sum":3}' })
    const client = apiClient(sandbox)
    const start = async (skill_id: string) => {
      const path = { app_id: 'spring_449d72db2f__c', skill_id }
      return (await client.aily.v1.appSkill.start({ path, data: { global_variable: { query: '1+2' } } })).data
    }
    expect(await start('skill_a')).toEqual({ output: '{"sum":3}', status: 'success' })
    expect(await start('skill_b')).toEqual({ output: '{"text":"收到 Received: 1+2"}', status: 'success' })
  })
})
