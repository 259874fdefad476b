/** A request for approval, schema 1.0, in two languages. */
export const approval = {
  config: { wide_screen_mode: true, update_multi: true },
  header: {
    template: 'blue',
    title: {
      tag: 'plain_text',
      content: '采购申请待审批',
      i18n: { zh_cn: '采购申请待审批', en_us: 'Purchase request waits for approval' },
    },
    ud_icon: { tag: 'standard_icon', token: 'approval_colorful' },
    text_tag_list: [
      { tag: 'text_tag', text: { tag: 'plain_text', content: '¥ 12,800' }, color: 'orange' },
      { tag: 'text_tag', text: { tag: 'plain_text', content: 'IT' }, color: 'neutral' },
    ],
  },
  i18n_elements: {
    zh_cn: [
      {
        tag: 'div',
        text: { tag: 'lark_md', content: '<at id=ou_lin></at> 申请为研发部采购 **4 台显示器**，请在 _周五_ 前处理。' },
        fields: [
          { is_short: true, text: { tag: 'lark_md', content: '**申请人**\n林梅' } },
          { is_short: true, text: { tag: 'lark_md', content: '**部门**\n研发部' } },
          { is_short: true, text: { tag: 'lark_md', content: '**预算科目**\n办公设备' } },
          { is_short: true, text: { tag: 'lark_md', content: "**状态**\n<font color='red'>待审批</font>" } },
        ],
      },
      { tag: 'hr' },
      {
        tag: 'action',
        actions: [
          { tag: 'button', type: 'primary', text: { tag: 'plain_text', content: '同意' }, value: { decision: 'yes' } },
          {
            tag: 'button',
            type: 'danger',
            text: { tag: 'plain_text', content: '拒绝' },
            value: { decision: 'no' },
            confirm: {
              title: { tag: 'plain_text', content: '拒绝这份申请？' },
              text: { tag: 'plain_text', content: '申请人会收到通知，之后无法撤回。' },
            },
          },
          { tag: 'button', text: { tag: 'plain_text', content: '查看详情' }, url: 'https://example.com/purchase/42' },
          {
            tag: 'overflow',
            options: [
              { text: { tag: 'plain_text', content: '转交' }, value: 'forward' },
              { text: { tag: 'plain_text', content: '稍后提醒我' }, value: 'remind' },
            ],
            value: { kind: 'more' },
          },
        ],
      },
      { tag: 'note', elements: [{ tag: 'plain_text', content: '来自采购助手 · 申请编号 P-2042' }] },
    ],
    en_us: [
      {
        tag: 'div',
        text: {
          tag: 'lark_md',
          content: '<at id=ou_lin></at> asks for **4 monitors** for R&D. Please decide by _Friday_.',
        },
        fields: [
          { is_short: true, text: { tag: 'lark_md', content: '**Applicant**\nLin Mei' } },
          { is_short: true, text: { tag: 'lark_md', content: '**Department**\nR&D' } },
          { is_short: true, text: { tag: 'lark_md', content: '**Budget**\nOffice equipment' } },
          { is_short: true, text: { tag: 'lark_md', content: "**State**\n<font color='red'>Waiting</font>" } },
        ],
      },
      { tag: 'hr' },
      {
        tag: 'action',
        actions: [
          {
            tag: 'button',
            type: 'primary',
            text: { tag: 'plain_text', content: 'Approve' },
            value: { decision: 'yes' },
          },
          {
            tag: 'button',
            type: 'danger',
            text: { tag: 'plain_text', content: 'Reject' },
            value: { decision: 'no' },
            confirm: {
              title: { tag: 'plain_text', content: 'Reject this request?' },
              text: { tag: 'plain_text', content: 'The applicant is told, and this cannot be taken back.' },
            },
          },
          { tag: 'button', text: { tag: 'plain_text', content: 'Details' }, url: 'https://example.com/purchase/42' },
          {
            tag: 'overflow',
            options: [
              { text: { tag: 'plain_text', content: 'Hand over' }, value: 'forward' },
              { text: { tag: 'plain_text', content: 'Remind me later' }, value: 'remind' },
            ],
            value: { kind: 'more' },
          },
        ],
      },
      { tag: 'note', elements: [{ tag: 'plain_text', content: 'From the purchasing assistant · P-2042' }] },
    ],
  },
}

/** Columns, an image beside text and a select, schema 1.0. */
export const dashboard = {
  header: { template: 'green', title: { tag: 'plain_text', content: 'Deployment finished' } },
  elements: [
    {
      tag: 'column_set',
      flex_mode: 'none',
      background_style: 'grey',
      columns: ['Services|14', 'Failed|0', 'Duration|3 m 12 s'].map((entry) => {
        const [label, figure] = entry.split('|')
        const content = `<font color='grey'>${label}</font>\n**${figure}**`
        return {
          tag: 'column',
          width: 'weighted',
          weight: 1,
          padding: '10px 12px',
          elements: [{ tag: 'markdown', content, text_align: 'center' }],
        }
      }),
    },
    {
      tag: 'div',
      text: {
        tag: 'plain_text',
        content: 'The new release runs on all machines of the first region. The second region follows at night.',
      },
      extra: {
        tag: 'img',
        img_key: 'img_region',
        alt: { tag: 'plain_text', content: 'Map' },
        mode: 'crop_center',
        size: '72px 72px',
      },
    },
    {
      tag: 'action',
      actions: [
        {
          tag: 'select_static',
          placeholder: { tag: 'plain_text', content: 'Choose a region' },
          options: ['Beijing', 'Shanghai', 'Singapore'].map((city) => ({
            text: { tag: 'plain_text', content: city },
            value: city.toLowerCase(),
          })),
          value: { kind: 'region' },
        },
        { tag: 'date_picker', placeholder: { tag: 'plain_text', content: 'Next window' }, value: { kind: 'day' } },
      ],
    },
    {
      tag: 'markdown',
      content: 'See the [log]($log) or [open the console](https://example.com).',
      href: { log: { url: 'https://example.com/log' } },
    },
  ],
}
