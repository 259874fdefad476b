import { expect, test } from 'vitest'
import { errorsPage } from './errors-page.ts'

test('the page has a heading for each code, with its meaning, its hint and what may be repeated', () => {
  const page = errorsPage([
    {
      packageName: '@larkspur/example',
      rows: {
        EXAMPLE_FULL: { category: 'input', meaning: 'The list is full.', hint: 'Delete some.' },
        EXAMPLE_AWAY: { category: 'network', meaning: 'It is away.', hint: 'Wait.', retryable: true },
      },
    },
  ])
  expect(page).toContain(
    '## @larkspur/example\n\n### EXAMPLE_FULL\n\nThe list is full.\n\n- What to do: Delete some.\n- Category: input\n',
  )
  expect(page).toContain('### EXAMPLE_AWAY\n\nIt is away.\n\n- What to do: Wait.\n- Category: network, retryable\n')
})
