/** The people, departments and groups that every sandbox starts with. */
export interface CompanySeed {
  name: string
  departments: readonly { departmentId: string; name: string; enName: string; parentId: string; leaderUserId: string }[]
  users: readonly {
    userId: string
    name: string
    enName: string
    email: string
    mobile: string
    jobTitle: string
    enJobTitle: string
    gender: number
    departmentIds: readonly string[]
    leaderUserId: string | undefined
  }[]
  /** user_ids of those who check and manage the company's apps. */
  administratorIds: readonly string[]
  /** user_id of the developer of its apps. */
  ownerUserId: string
  /** Groups that hold the first app's bot from the start. */
  chats: readonly { name: string; description: string; userIds: readonly string[] }[]
}

type Person = [
  id: string,
  name: string,
  enName: string,
  gender: number,
  title: string,
  enTitle: string,
  department: string,
  leader?: string,
]

const people: readonly Person[] = [
  ['linmei', '林梅', 'May Lin', 2, '总经理', 'General Manager', '0'],
  ['zhangwei', '张伟', 'Wei Zhang', 1, '研发负责人', 'Head of Engineering', 'rd', 'linmei'],
  ['wangfang', '王芳', 'Fang Wang', 2, '后端工程师', 'Backend Engineer', 'rd', 'zhangwei'],
  ['liuyang', '刘洋', 'Yang Liu', 1, '前端工程师', 'Frontend Engineer', 'rd', 'zhangwei'],
  ['chenjing', '陈静', 'Jing Chen', 2, '测试工程师', 'Test Engineer', 'rd', 'zhangwei'],
  ['alice', 'Alice Martin', 'Alice Martin', 2, '产品经理', 'Product Manager', 'product', 'linmei'],
  ['zhaolei', '赵磊', 'Lei Zhao', 1, '产品设计师', 'Product Designer', 'product', 'alice'],
  ['sunli', '孙丽', 'Li Sun', 2, '销售总监', 'Head of Sales', 'sales', 'linmei'],
  ['tomas', 'Tomás Silva', 'Tomás Silva', 1, '客户经理', 'Account Manager', 'sales', 'sunli'],
  ['huangmin', '黄敏', 'Min Huang', 2, '客户经理', 'Account Manager', 'sales', 'sunli'],
  ['zhouqiang', '周强', 'Qiang Zhou', 1, '人事经理', 'People Manager', 'people', 'linmei'],
  ['wuxia', '吴霞', 'Xia Wu', 2, '财务主管', 'Finance Lead', 'people', 'linmei'],
]

export const companySeed: CompanySeed = {
  name: '翠雀科技 Larkspur Ltd.',
  administratorIds: ['linmei', 'zhouqiang'],
  ownerUserId: 'zhangwei',
  departments: [
    { departmentId: 'rd', name: '研发部', enName: 'Engineering', parentId: '0', leaderUserId: 'zhangwei' },
    { departmentId: 'product', name: '产品部', enName: 'Product', parentId: '0', leaderUserId: 'alice' },
    { departmentId: 'sales', name: '销售部', enName: 'Sales', parentId: '0', leaderUserId: 'sunli' },
    {
      departmentId: 'people',
      name: '综合管理部',
      enName: 'People and Finance',
      parentId: '0',
      leaderUserId: 'zhouqiang',
    },
  ],
  users: people.map(([userId, name, enName, gender, jobTitle, enJobTitle, departmentId, leaderUserId], index) => ({
    userId,
    name,
    enName,
    email: `${userId}@larkspur.example`,
    mobile: `+86138000000${String(index + 1).padStart(2, '0')}`,
    jobTitle,
    enJobTitle,
    gender,
    departmentIds: [departmentId],
    leaderUserId,
  })),
  chats: [
    {
      name: '研发日常',
      description: '研发部的日常讨论 Daily talk of Engineering',
      userIds: ['zhangwei', 'wangfang', 'liuyang', 'chenjing'],
    },
    { name: 'All hands', description: '全员群 Everybody at Larkspur', userIds: people.map(([userId]) => userId) },
  ],
}
