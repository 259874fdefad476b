const plain = (content: string) => ({ tag: 'plain_text', content })
const callback = (value: unknown) => [{ type: 'callback', value }]

/** All of the markdown that cards know. */
export const markdown = {
  schema: '2.0',
  header: {
    template: 'violet',
    title: plain('周报 · Weekly report'),
    subtitle: plain('2026 年第 47 周'),
    text_tag_list: [{ tag: 'text_tag', text: plain('草稿'), color: 'violet' }],
  },
  body: {
    elements: [
      {
        tag: 'markdown',
        content: [
          '# 本周进展',
          "**粗体**、*斜体*、~~删除线~~、`inline code`、<font color='green'>绿色</font>、<text_tag color='blue'>已上线</text_tag> :OK: :DONE:",
          '',
          '1. 完成登录重构，<at id=ou_alice></at> 负责验收',
          '2. 修复 3 个崩溃',
          '   - 图片上传',
          '   - 时区',
          '',
          '> 数据截至 <local_datetime millisecond="1763704800000" format_type="date_num"></local_datetime>',
          '',
          '```ts',
          'const bot = createBot({ plugins: [hello()] })',
          'await bot.start()',
          '```',
          '',
          '| 模块 | 状态 | 耗时 |',
          '| :--- | :---: | ---: |',
          '| 登录 | ✅ | 12 h |',
          "| 支付 | <font color='red'>延期</font> | 30 h |",
          '',
          '---',
          "<link icon='chat_outlined' url='https://example.com'>讨论群</link> · [文档](https://example.com/doc) · <number_tag background_color='red'>3</number_tag> · <person id='ou_lin' show_name=true></person>",
          '',
          '<script>window.hacked = true</script> <img src=x onerror="window.hacked = true"> [a trap](javascript:window.hacked=true)',
        ].join('\n'),
      },
    ],
  },
}

/** A table and charts. */
export const report = {
  schema: '2.0',
  header: { template: 'indigo', title: plain('销售看板 Sales') },
  body: {
    elements: [
      {
        tag: 'table',
        page_size: 3,
        header_style: { bold: true, text_align: 'left' },
        columns: [
          { name: 'customer', display_name: '客户', data_type: 'text' },
          {
            name: 'amount',
            display_name: '金额',
            data_type: 'number',
            format: { symbol: '¥', precision: 2, separator: true },
          },
          { name: 'stage', display_name: '阶段', data_type: 'options' },
          { name: 'owner', display_name: '负责人', data_type: 'persons' },
          { name: 'due', display_name: '日期', data_type: 'date', date_format: 'YYYY/MM/DD' },
          { name: 'link', display_name: '链接', data_type: 'lark_md' },
        ],
        rows: ['远山科技', 'Blue Lake', '四海贸易', 'Red Fox', '青禾农业', 'Oak & Co', '北辰物流'].map(
          (customer, index) => ({
            customer,
            amount: 12345.6 * (index + 1),
            stage: [{ text: index % 2 ? '跟进中' : '已签约', color: index % 2 ? 'orange' : 'green' }],
            owner: [index % 2 ? 'ou_alice' : 'ou_lin'],
            due: 1_763_704_800_000 + index * 86_400_000,
            link: '[open](https://example.com)',
          }),
        ),
      },
      {
        tag: 'chart',
        aspect_ratio: '16:9',
        chart_spec: {
          type: 'bar',
          title: { text: 'Orders by quarter' },
          xField: ['quarter', 'region'],
          yField: 'orders',
          seriesField: 'region',
          data: {
            values: ['Q1', 'Q2', 'Q3', 'Q4'].flatMap((quarter, index) =>
              ['North', 'South'].map((region, place) => ({ quarter, region, orders: 120 + 45 * index - 30 * place })),
            ),
          },
        },
      },
      {
        tag: 'chart',
        chart_spec: {
          type: 'area',
          title: { text: 'Visitors' },
          xField: 'day',
          yField: 'count',
          data: [
            { id: 'a', values: [12, 30, 22, 41, 38, 56, 61].map((count, day) => ({ day: `11-${10 + day}`, count })) },
          ],
        },
      },
      {
        tag: 'chart',
        chart_spec: {
          type: 'pie',
          title: { text: 'Channels' },
          categoryField: 'name',
          valueField: 'share',
          data: {
            values: [
              { name: 'Search', share: 46 },
              { name: 'Friends', share: 31 },
              { name: 'Ads', share: 23 },
            ],
          },
        },
      },
      {
        tag: 'chart',
        chart_spec: {
          type: 'radar',
          data: {
            values: [
              { skill: 'TypeScript', level: 5 },
              { skill: 'Go', level: 3 },
            ],
          },
        },
      },
    ],
  },
}

/** People in all sizes. */
export const people = {
  schema: '2.0',
  config: { width_mode: 'compact' },
  header: { template: 'wathet', title: plain('Who is on duty') },
  body: {
    elements: [
      { tag: 'person', user_id: 'ou_lin', show_name: true, size: 'large' },
      { tag: 'person', user_id: 'ou_alice', style: 'capsule' },
      {
        tag: 'person_list',
        persons: [{ id: 'ou_lin' }, { id: 'ou_wang' }, { id: 'ou_sofia' }],
        show_name: true,
        size: 'small',
      },
      { tag: 'person_list', persons: [{ id: 'ou_lin' }, { id: 'ou_wang' }, { id: 'ou_sofia' }] },
    ],
  },
}

/** Images in all modes. */
export const pictures = {
  schema: '2.0',
  header: { template: 'yellow', title: plain('Pictures') },
  body: {
    elements: [
      { tag: 'img', img_key: 'img_a', alt: plain('A hill'), title: plain('With a title') },
      {
        tag: 'img',
        img_key: 'img_bc',
        alt: plain('Cropped'),
        scale_type: 'crop_center',
        size: 'medium',
        corner_radius: '8px',
      },
      {
        tag: 'img_combination',
        combination_mode: 'triple',
        corner_radius: '8px',
        img_list: [{ img_key: 'img_1' }, { img_key: 'img_22' }, { img_key: 'img_333' }],
      },
      { tag: 'img', img_key: 'img_missing', alt: plain('An image that is gone') },
      {
        tag: 'select_img',
        name: 'cover',
        layout: 'trisect',
        aspect_ratio: '4:3',
        options: ['a', 'bb', 'ccc'].map((key) => ({ img_key: `img_${key}`, value: key })),
        behaviors: callback({ from: 'cover' }),
      },
    ],
  },
}

/** Containers within containers. */
export const layout = {
  schema: '2.0',
  config: { style: { color: { brand: { light_mode: 'rgba(120,60,220,1)', dark_mode: 'rgba(190,150,255,1)' } } } },
  header: {
    title: plain('A header without a colour'),
    icon: { tag: 'standard_icon', token: 'calendar_outlined', color: 'blue' },
  },
  body: {
    vertical_spacing: 'large',
    elements: [
      {
        tag: 'column_set',
        horizontal_spacing: 'large',
        columns: [
          {
            tag: 'column',
            width: 'weighted',
            weight: 2,
            background_style: 'blue-50',
            padding: '12px',
            elements: [{ tag: 'markdown', content: '**Two parts**\nof the width' }],
          },
          {
            tag: 'column',
            width: 'weighted',
            weight: 1,
            background_style: 'wathet',
            padding: '12px',
            vertical_align: 'center',
            elements: [{ tag: 'div', text: { ...plain('one part'), text_align: 'center', text_color: 'brand' } }],
          },
        ],
      },
      {
        tag: 'collapsible_panel',
        expanded: false,
        border: { color: 'grey', corner_radius: '6px' },
        header: {
          title: { tag: 'markdown', content: '**Reasoning** · 3 steps' },
          background_color: 'grey',
          padding: '6px 10px',
        },
        elements: [{ tag: 'markdown', content: 'First, second, third.' }],
      },
      {
        tag: 'interactive_container',
        has_border: true,
        border_color: 'blue-300',
        corner_radius: '8px',
        padding: '10px 12px',
        behaviors: callback({ open: 'ticket' }),
        elements: [
          { tag: 'markdown', content: '**Ticket 4711**\nThe whole box can be clicked.' },
          {
            tag: 'button',
            type: 'primary_text',
            size: 'small',
            text: plain('Assign to me'),
            behaviors: callback({ assign: true }),
          },
        ],
      },
      { tag: 'hr' },
      {
        tag: 'div',
        text: {
          ...plain('A long text that ends after two lines, whatever it says. '.repeat(6)),
          lines: 2,
          text_size: 'notation',
          text_color: 'grey',
        },
      },
      { tag: 'audio', file_key: 'file_v3_x', duration: 12_000 },
    ],
  },
}

/** Text that is still being written. */
export const streaming = {
  schema: '2.0',
  config: {
    streaming_mode: true,
    streaming_config: { print_frequency_ms: { default: 20 }, print_step: { default: 2 } },
  },
  header: { template: 'purple', title: plain('Assistant') },
  body: { elements: [{ tag: 'markdown', element_id: 'answer', content: 'Thinking about' }] },
}
