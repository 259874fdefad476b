import { addDocx } from '../drive/seed.ts'
import type { WikiNode, WikiSpace, WikiSpaces } from './wiki-spaces.ts'

/** The spaces that the company has from the start; the first app's bot belongs to the first one. */
export function seedWiki(wiki: WikiSpaces): void {
  const { drive } = wiki
  const [firstApp] = drive.tenant.apps.keys()
  const page = (space: WikiSpace, owner: string, title: string, text: string, parent?: WikiNode) => {
    const creator = { type: 'user', id: owner } as const
    const { token } = addDocx(drive, title, text, { owner: creator, spaceId: space.spaceId })
    const parentNodeToken = parent?.nodeToken ?? ''
    return wiki.addNode({ spaceId: space.spaceId, objToken: token, parentNodeToken, creator })
  }
  const team = wiki.addSpace({
    name: '团队知识库 Team Wiki',
    description: '大家都用得上的知识',
    members: [
      { type: 'user', id: 'linmei', role: 'admin' },
      { type: 'department', id: '0', role: 'member' },
      ...(firstApp === undefined ? [] : [{ type: 'bot', id: firstApp, role: 'member' } as const]),
    ],
  })
  page(team, 'linmei', '首页 Home', '欢迎来到翠雀科技的知识库。\n\nStart with the onboarding page.')
  const onboarding = page(team, 'zhouqiang', '入职指南 Onboarding', '1. 领取电脑\n2. 开通账号\n3. 认识团队')
  page(team, 'zhangwei', '开发环境 Development setup', '## Node\n\n```\nnpm install\nnpm test\n```', onboarding)
  page(team, 'sunli', 'FAQ', '- **报销多久到账？** 五个工作日\n- **Who approves leave?** Your team lead')
  const design = wiki.addSpace({
    name: '产品设计 Design',
    description: 'Product and design only',
    members: [
      { type: 'user', id: 'alice', role: 'admin' },
      { type: 'department', id: 'product', role: 'member' },
    ],
  })
  page(design, 'zhaolei', '设计规范 Guidelines', '# 颜色\n\n主色为翠雀蓝。')
}
