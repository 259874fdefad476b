import { beforeEach, describe, expect, it } from 'vitest'
import { connectSandbox } from '../http-control.ts'
import type { Sandbox } from '../start-sandbox.ts'
import { envelopeOf, openIdOf, openSandbox, request, tenantToken, WireClient } from '../testing/open-sandbox.ts'

let sandbox: Sandbox
let token: string
const contact = '/open-apis/contact/v3'

beforeEach(async () => {
  sandbox = await openSandbox()
  token = await tenantToken(sandbox)
})

async function get(path: string) {
  return (await request(sandbox, 'GET', contact + path, { token })).body
}

const names = (answer: { data: { items: { name: string }[] } }) => answer.data.items.map(({ name }) => name)

describe('departments', () => {
  it('are read by either id, with their children in pages', async () => {
    const own = (await get('/departments/rd?department_id_type=department_id&user_id_type=user_id')).data.department
    expect(own).toMatchObject({
      name: '研发部',
      parent_department_id: '0',
      leader_user_id: 'zhangwei',
      member_count: 4,
    })
    expect((await get(`/departments/${own.open_department_id}`)).data.department.department_id).toBe('rd')
    expect((await get('/departments/rd')).code).toBe(40008)
    expect((await get('/departments/0')).data.department.member_count).toBe(sandbox.users.length)
    const first = await get('/departments/0/children?page_size=3&fetch_child=true')
    expect([first.data.items.length, first.data.has_more]).toEqual([3, true])
    const rest = await get(`/departments/0/children?page_size=3&page_token=${first.data.page_token}`)
    expect([...names(first), ...names(rest)]).toEqual(['研发部', '产品部', '销售部', '综合管理部'])
    expect((await get('/departments/0/children?page_token=%21')).code).toBe(40012)
  })

  it('list their direct members', async () => {
    const members = await get('/users/find_by_department?department_id=product&department_id_type=department_id')
    expect(names(members)).toEqual(['Alice Martin', '赵磊'])
    expect((await get('/users/find_by_department?department_id=none')).code).toBe(40008)
    expect((await get('/users/find_by_department')).code).toBe(99992402)
  })
})

describe('batch_get_id', () => {
  it('finds people by e-mail and mobile, and answers unknown ones without id', async () => {
    const body = {
      emails: ['alice@larkspur.example', 'no@larkspur.example'],
      mobiles: ['13800000001', '+8613800000001'],
    }
    const answer = await request(sandbox, 'POST', `${contact}/users/batch_get_id?user_id_type=user_id`, { token, body })
    expect(answer.body.data.user_list).toEqual([
      { email: 'alice@larkspur.example', user_id: 'alice', status: expect.any(Object) },
      { email: 'no@larkspur.example' },
      { mobile: '13800000001', user_id: 'linmei', status: expect.any(Object) },
      { mobile: '+8613800000001', user_id: 'linmei', status: expect.any(Object) },
    ])
    const many = { emails: Array.from({ length: 51 }, (_, index) => `${index}@x`) }
    const refused = await request(sandbox, 'POST', `${contact}/users/batch_get_id`, { token, body: many })
    expect(refused.body.code).toBe(99992402)
  })
})

describe('people who come, change and go', () => {
  it('are pushed to apps, with the old values of what changed', async () => {
    const client = await WireClient.connect(sandbox)
    const remote = await connectSandbox(sandbox.url)
    await remote.createUser({ userId: 'newbie', name: 'New Bee', departmentId: 'rd', leader: 'zhangwei' })
    expect(remote.users.at(-1)?.userId).toBe('newbie')
    const openId = openIdOf(sandbox, 'newbie')
    expect((await get(`/users/${openId}`)).data.user).toMatchObject({ name: 'New Bee', user_id: 'newbie' })
    await remote.updateUser({ user: 'newbie', jobTitle: 'Keeper', departmentId: 'sales' })
    await remote.deleteUser({ user: 'newbie' })
    expect((await get(`/users/${openId}`)).code).toBe(99992351)
    await client.until(() => client.data.length === 3)
    const [created, updated, deleted] = client.data.map(envelopeOf)
    expect([created, updated, deleted].map(({ header }) => header.event_type)).toEqual([
      'contact.user.created_v3',
      'contact.user.updated_v3',
      'contact.user.deleted_v3',
    ])
    expect(created.event.object).toMatchObject({
      open_id: openId,
      name: 'New Bee',
      leader_user_id: openIdOf(sandbox, 'zhangwei'),
    })
    expect(updated.event.object.job_title).toBe('Keeper')
    expect(updated.event.old_object).toEqual({ job_title: '', department_ids: created.event.object.department_ids })
    expect(deleted.event.old_object).toEqual({ open_id: openId, department_ids: updated.event.object.department_ids })
  })

  it('leave their groups, and free their name', async () => {
    await sandbox.deleteUser({ user: 'alice' })
    expect((await sandbox.chats()).some(({ userIds }) => userIds.includes('alice'))).toBe(false)
    await expect(sandbox.say({ user: 'alice', text: 'hi' })).rejects.toThrow('There is no user "alice"')
    await sandbox.createUser({ userId: 'alice', name: 'Another Alice' })
    expect((await sandbox.say({ user: 'alice', text: 'hi' })).eventIds).toHaveLength(1)
    await expect(sandbox.createUser({ userId: 'alice', name: 'x' })).rejects.toThrow('exists already')
    await expect(sandbox.createUser({ userId: '', name: 'x' })).rejects.toThrow('A person needs a userId')
    await expect(sandbox.updateUser({ user: 'alice', departmentId: 'moon' })).rejects.toThrow('no department "moon"')
  })
})
