import type { Bases } from '../bitable/bases.ts'
import { newDocument } from '../docx/document.ts'
import { appendMarkdown } from '../docx/loose-blocks.ts'
import type { Spreadsheets } from '../sheets/spreadsheets.ts'
import type { Actor } from '../tenant.ts'
import type { DriveFile, DriveFiles } from './drive-files.ts'
import type { Member } from './permissions.ts'

const everyone: Member = { type: 'department', id: '0', perm: 'view', permType: 'container' }

/** Makes a docx of Markdown. */
export function addDocx(
  drive: DriveFiles,
  name: string,
  markdown: string,
  more: Partial<DriveFile> & { owner: Actor },
) {
  const token = drive.newId('doxcn')
  const document = newDocument(token)
  appendMarkdown(document, markdown, () => drive.newId('doxcn'))
  return drive.add({ token, type: 'docx', name, document, ...more })
}

/** The folders and documents that the company has from the start. */
export function seedDrive(drive: DriveFiles, tables: { bases: Bases; spreadsheets: Spreadsheets }): void {
  const [firstApp] = drive.tenant.apps.keys()
  const bot: Member[] =
    firstApp === undefined ? [] : [{ type: 'bot', id: firstApp, perm: 'edit', permType: 'container' }]
  const folder = (name: string, owner: Actor, members: Member[]) =>
    drive.add({ type: 'folder', name, owner, members, parentToken: drive.rootOf(owner).token })
  const wuxia = { type: 'user', id: 'wuxia' } as const
  const tableOf = (type: 'bitable' | 'sheet', token: string, name: string) => {
    drive.add({ type, token, name, owner: wuxia, parentToken: drive.rootOf(wuxia).token })
  }
  for (const { appToken, name } of tables.bases.all()) tableOf('bitable', appToken, name)
  for (const { token, title } of tables.spreadsheets.all()) tableOf('sheet', token, title)
  const linmei = { type: 'user', id: 'linmei' } as const
  const policies = folder('公司制度 Policies', linmei, [everyone])
  const handbook = addDocx(drive, '员工手册 Employee Handbook', handbookText, {
    owner: linmei,
    parentToken: policies.token,
  })
  // Whoever has the link reads it, bots too.
  handbook.publicSettings.link_share_entity = 'tenant_readable'
  const zhouqiang = { type: 'user', id: 'zhouqiang' } as const
  addDocx(drive, '差旅报销制度', travelText, { owner: zhouqiang, parentToken: policies.token })
  addDocx(drive, '薪酬方案 2026', '# 薪酬方案\n\n仅限人事与总经理。', {
    owner: zhouqiang,
    parentToken: drive.rootOf(zhouqiang).token,
    members: [{ type: 'user', id: 'linmei', perm: 'edit', permType: 'container' }],
  })
  const alice = { type: 'user', id: 'alice' } as const
  const rd: Member = { type: 'department', id: 'rd', perm: 'edit', permType: 'container' }
  const product = folder('Product', alice, [rd, ...bot])
  addDocx(drive, 'Roadmap 2026', roadmapText, { owner: alice, parentToken: product.token })
  addDocx(drive, '周会纪要 Weekly Notes', notesText, { owner: alice, parentToken: product.token })
}

const handbookText = `# 欢迎 Welcome

翠雀科技做的是让团队协作更轻松的工具。

## 工作时间 Working hours

- 弹性上班：9:00–10:30 到岗
- Core hours: 10:30–16:00

## 请假 Leave

1. 在审批中提交申请
2. 直属上级批准
3. 更新日历`

const travelText = `# 差旅报销制度

| 项目 | 标准 |
| --- | --- |
| 住宿 | 每晚 500 元 |
| 市内交通 | 实报实销 |

> 发票须在 30 天内提交。`

const roadmapText = `# Q1

- [x] Card editor
- [ ] Offline search
- [ ] Import from spreadsheets

# Q2

**Theme:** fewer clicks. See the [brief](https://larkspur.example/brief).

\`\`\`
release = every second Tuesday
\`\`\``

const notesText = `## 3 月 9 日

- 客户访谈：完成 6 场 @刘洋 跟进
- 发布推迟一周

---

## March 2

- Beta feedback reviewed
- Pricing page approved`
