const plain = (content: string) => ({ tag: 'plain_text', content })
const callback = (value: unknown) => [{ type: 'callback', value }]
const options = (...words: string[]) => words.map((word) => ({ text: plain(word), value: word.toLowerCase() }))

/** A form with every kind of input. */
export const form = {
  schema: '2.0',
  header: { template: 'turquoise', title: plain('New visitor'), subtitle: plain('The reception prepares a badge') },
  body: {
    elements: [
      {
        tag: 'form',
        name: 'visitor',
        elements: [
          {
            tag: 'input',
            name: 'name',
            label: plain('Name'),
            placeholder: plain('As in the passport'),
            required: true,
            max_length: 40,
            width: 'fill',
          },
          {
            tag: 'input',
            name: 'notes',
            label: plain('Notes'),
            input_type: 'multiline_text',
            rows: 2,
            placeholder: plain('Allergies, parking…'),
          },
          { tag: 'input', name: 'code', label: plain('Door code'), input_type: 'password', label_position: 'left' },
          {
            tag: 'column_set',
            flex_mode: 'stretch',
            columns: [
              {
                tag: 'column',
                width: 'weighted',
                weight: 1,
                elements: [{ tag: 'date_picker', name: 'day', required: true, placeholder: plain('Day') }],
              },
              {
                tag: 'column',
                width: 'weighted',
                weight: 1,
                elements: [{ tag: 'picker_time', name: 'time', placeholder: plain('Time') }],
              },
            ],
          },
          {
            tag: 'picker_datetime',
            name: 'until',
            placeholder: plain('Leaves at'),
            initial_datetime: '2026-11-24 18:00',
          },
          {
            tag: 'select_static',
            name: 'floor',
            placeholder: plain('Floor'),
            options: options('First', 'Second', 'Roof'),
            required: true,
          },
          {
            tag: 'multi_select_static',
            name: 'rooms',
            placeholder: plain('Rooms'),
            options: options('Lake', 'River', 'Forest', 'Hill'),
          },
          { tag: 'select_person', name: 'host', placeholder: plain('Host') },
          {
            tag: 'multi_select_person',
            name: 'guests',
            placeholder: plain('Meets'),
            selected_values: ['ou_lin', 'ou_wang'],
          },
          { tag: 'checker', name: 'lunch', text: plain('Stays for lunch'), checked: true },
          {
            tag: 'column_set',
            columns: [
              {
                tag: 'column',
                width: 'auto',
                elements: [
                  {
                    tag: 'button',
                    name: 'send',
                    type: 'primary_filled',
                    text: plain('Register'),
                    form_action_type: 'submit',
                    behaviors: callback({ do: 'register' }),
                  },
                ],
              },
              {
                tag: 'column',
                width: 'auto',
                elements: [{ tag: 'button', name: 'clear', text: plain('Clear'), form_action_type: 'reset' }],
              },
            ],
          },
        ],
      },
    ],
  },
}

/** Controls that tell the bot at once. */
export const controls = {
  schema: '2.0',
  body: {
    direction: 'vertical',
    padding: '12px',
    elements: [
      {
        tag: 'column_set',
        flex_mode: 'flow',
        columns: [
          'default',
          'primary',
          'danger',
          'text',
          'primary_text',
          'danger_text',
          'primary_filled',
          'danger_filled',
          'laser',
        ].map((type) => ({
          tag: 'column',
          width: 'auto',
          elements: [{ tag: 'button', type, text: plain(type), behaviors: callback({ type }) }],
        })),
      },
      {
        tag: 'column_set',
        flex_mode: 'flow',
        columns: ['tiny', 'small', 'medium', 'large'].map((size) => ({
          tag: 'column',
          width: 'auto',
          vertical_align: 'center',
          elements: [
            {
              tag: 'button',
              size,
              text: plain(size),
              icon: { tag: 'standard_icon', token: 'send_outlined' },
              behaviors: callback({ size }),
            },
          ],
        })),
      },
      {
        tag: 'button',
        text: plain('Cannot be used'),
        disabled: true,
        disabled_tips: plain('Only the owner may do this'),
        behaviors: callback(1),
      },
      {
        tag: 'button',
        width: 'fill',
        type: 'primary',
        text: plain('Opens a page'),
        behaviors: [{ type: 'open_url', default_url: 'https://example.com' }],
      },
      {
        tag: 'input',
        name: 'quick',
        placeholder: plain('Ask something'),
        width: 'fill',
        behaviors: callback({ from: 'input' }),
      },
      {
        tag: 'select_static',
        name: 'city',
        initial_option: 'beijing',
        options: options('Beijing', 'Shanghai', 'Chengdu', 'Shenzhen', 'Hangzhou', 'Xiamen', 'Dali', 'Lhasa'),
        behaviors: callback({ from: 'city' }),
      },
      {
        tag: 'multi_select_static',
        name: 'tags',
        options: options('Red', 'Green', 'Blue'),
        selected_values: ['red', 'blue'],
        behaviors: callback({ from: 'tags' }),
      },
      { tag: 'date_picker', name: 'day', initial_date: '2026-04-01', behaviors: callback({ from: 'day' }) },
      {
        tag: 'checker',
        name: 'todo',
        text: plain('Water the plants'),
        checked: true,
        checked_style: { show_strikethrough: true, opacity: 0.6 },
        button_area: {
          buttons: [
            { tag: 'button', type: 'primary_text', size: 'small', text: plain('Later'), behaviors: callback('later') },
          ],
        },
        behaviors: callback({ from: 'todo' }),
      },
      { tag: 'checker', name: 'mine', text: plain('Ticked for me alone') },
    ],
  },
}
