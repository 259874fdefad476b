import { expect, it } from 'vitest'
import { describeInBrowser, saveScreenshot } from '../../../src/testing/browser.ts'
import { controls, form } from './gallery/control-cards.ts'
import { layout, pictures } from './gallery/display-cards.ts'
import { approval, dashboard } from './gallery/old-cards.ts'
import { useGallery } from './gallery/open-gallery.ts'

await describeInBrowser('the controls of a card', (browser) => {
  const show = useGallery(browser)

  it('a button tells which it is, waits for the answer and is still meanwhile', async () => {
    const { page, actions } = await show(controls)
    await page.evaluate('gallery.hold = true')
    const button = page.getByRole('button', { name: 'primary', exact: true })
    await button.click()
    expect(await button.getAttribute('aria-busy')).toBe('true')
    await page.getByRole('button', { name: 'danger', exact: true }).click({ force: true })
    await page.evaluate('gallery.answer()')
    await page.locator('button[aria-busy="true"]').waitFor({ state: 'detached' })
    expect(await actions()).toEqual([{ elementPath: '/body/elements/0/columns/1/elements/0' }])
  })

  it('a disabled button does nothing and says why', async () => {
    const { page, actions } = await show(controls)
    const button = page.getByRole('button', { name: 'Cannot be used' })
    expect(await button.getAttribute('title')).toBe('Only the owner may do this')
    await button.click({ force: true })
    expect(await actions()).toEqual([])
  })

  it('a button of schema 1.0 asks before it acts', async () => {
    const { page, actions } = await show(approval)
    await page.getByRole('button', { name: 'Reject' }).click()
    const dialog = page.getByRole('alertdialog', { name: 'Reject this request?' })
    await saveScreenshot(page, 'card-confirm')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(await actions()).toEqual([])
    await page.getByRole('button', { name: 'Reject' }).click()
    await dialog.getByRole('button', { name: 'Confirm' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(await actions()).toEqual([{ elementPath: '/i18n_elements/en_us/2/actions/1' }])
  })

  it('a button with an address opens it in another tab and tells nothing', async () => {
    const { page, actions } = await show(approval)
    await page.evaluate('window.open = (...args) => { window.opened = args }')
    await page.getByRole('button', { name: 'Details' }).click()
    expect(await page.evaluate('window.opened')).toEqual([
      'https://example.com/purchase/42',
      '_blank',
      'noopener,noreferrer',
    ])
    expect(await actions()).toEqual([])
  })

  it('a menu tells the chosen option', async () => {
    const { page, actions } = await show(approval)
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Remind me later' }).click()
    expect(await actions()).toEqual([{ elementPath: '/i18n_elements/en_us/2/actions/3', option: 'remind' }])
  })

  it('a select is searched and chosen from by keyboard', async () => {
    const { page, actions } = await show(controls)
    const select = page.getByRole('combobox', { name: 'city: Beijing' })
    await select.press('Enter')
    await page.getByRole('textbox', { name: 'Search' }).fill('ha')
    await saveScreenshot(page, 'card-select')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('combobox', { name: 'city: Hangzhou' }).waitFor()
    expect(await actions()).toEqual([{ element: 'city', elementPath: '/body/elements/5', option: 'hangzhou' }])
  })

  it('a select of several tells all of them when they are confirmed', async () => {
    const { page, actions } = await show(controls)
    await page.getByRole('combobox', { name: 'tags: Red, Blue' }).click()
    await page.getByRole('option', { name: 'Red' }).click()
    await page.getByRole('option', { name: 'Green' }).click()
    expect(await actions()).toEqual([])
    await page.getByRole('button', { name: 'Confirm' }).click()
    await page.getByRole('combobox', { name: 'tags: Blue, Green' }).waitFor()
    expect(await actions()).toEqual([{ element: 'tags', elementPath: '/body/elements/6', options: ['blue', 'green'] }])
  })

  it('a date is chosen in a calendar, by mouse and arrow keys', async () => {
    const { page, actions } = await show(controls)
    const picker = page.getByRole('button', { name: 'day: 2026-04-01' })
    await picker.click()
    await page.getByRole('button', { name: 'Next month' }).click()
    await saveScreenshot(page, 'card-calendar')
    await page.getByRole('button', { name: 'May 1, 2026' }).press('ArrowDown')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'day: 2026-05-09' }).waitFor()
    expect(await actions()).toEqual([{ element: 'day', elementPath: '/body/elements/7', option: '2026-05-09 +0800' }])
  })

  it('an input tells its text on Enter', async () => {
    const { page, actions } = await show(controls)
    const input = page.getByRole('textbox', { name: 'Ask something' })
    await input.press('Enter')
    await input.fill('你好')
    await page.evaluate('gallery.hold = true')
    await input.press('Enter')
    expect(await input.evaluate((field) => [field.matches(':focus'), field.matches(':read-only')])).toEqual([
      true,
      true,
    ])
    await page.evaluate('gallery.answer()')
    expect(await actions()).toEqual([{ element: 'quick', elementPath: '/body/elements/4', inputValue: '你好' }])
  })

  it('a checker tells whether it is ticked; one without behaviors keeps it to itself', async () => {
    const { page, actions } = await show(controls)
    await page.getByRole('checkbox', { name: 'Ticked for me alone' }).check()
    await page.getByRole('checkbox', { name: 'Water the plants' }).uncheck()
    await page.getByRole('button', { name: 'Later' }).click()
    const path = '/body/elements/8'
    expect(await actions()).toEqual([
      { element: 'todo', elementPath: path, checked: false },
      { elementPath: `${path}/button_area/buttons/0` },
    ])
  })

  it('a container is clicked as one, unless a button inside it is meant', async () => {
    const { page, actions } = await show(layout)
    await page.getByText('Ticket 4711').click()
    await page.getByRole('button', { name: 'Assign to me', exact: true }).click()
    const path = '/body/elements/2'
    expect(await actions()).toEqual([{ elementPath: path }, { elementPath: `${path}/elements/1` }])
  })

  it('an image is chosen', async () => {
    const { page, actions } = await show(pictures)
    await page.getByRole('group', { name: 'cover' }).getByRole('button', { name: 'Image 2' }).click()
    expect(await actions()).toEqual([{ element: 'cover', elementPath: '/body/elements/4', option: 'bb' }])
  })

  it('selects and dates of schema 1.0 are told apart by where they stand', async () => {
    const { page, actions } = await show(dashboard)
    await page.getByRole('combobox', { name: 'Choose a region' }).click()
    await page.getByRole('option', { name: 'Singapore' }).click()
    expect(await actions()).toEqual([{ elementPath: '/elements/2/actions/0', option: 'singapore' }])
  })

  it('a form tells nothing before it is submitted, and is not submitted while something required is missing', async () => {
    const { page, actions } = await show(form)
    await page.getByRole('combobox', { name: 'Rooms' }).click()
    await page.getByRole('option', { name: 'River' }).click()
    await page.getByRole('button', { name: 'Confirm' }).click()
    await page.getByRole('button', { name: 'Register' }).click()
    expect(await page.getByRole('alert').allTextContents()).toEqual(['Required', 'Required', 'Required'])
    expect(await page.evaluate('document.activeElement.ariaLabel')).toBe('Name')
    await saveScreenshot(page, 'card-form-required')
    expect(await actions()).toEqual([])
  })

  it('a form is submitted with all that was filled in, and cleared', async () => {
    const { page, actions } = await show(form)
    await page.getByRole('textbox', { name: 'Name' }).fill('Ada')
    await page.getByRole('textbox', { name: 'Notes' }).fill('two\nlines')
    await page.getByRole('textbox', { name: 'Door code' }).fill('1234')
    await page.getByRole('button', { name: 'Day', exact: true }).click()
    await page.locator('[data-outside="false"]', { hasText: /^15$/ }).click()
    await page.getByRole('button', { name: 'Time', exact: true }).click()
    await page.getByRole('textbox', { name: 'Time' }).or(page.locator('input[type="time"]')).first().fill('10:30')
    await page.getByRole('button', { name: 'Confirm' }).click()
    await page.getByRole('combobox', { name: 'Floor' }).click()
    await page.getByRole('option', { name: 'Roof' }).click()
    await page.getByRole('combobox', { name: 'Host' }).click()
    await page.getByRole('option', { name: 'Sofia Rossi' }).click()
    await page.getByRole('checkbox', { name: 'Stays for lunch' }).uncheck()
    await page.getByRole('button', { name: 'Register' }).click()
    const [action] = await actions()
    expect(action).toMatchObject({ element: 'send' })
    expect(action?.formValue).toEqual({
      name: 'Ada',
      notes: 'two\nlines',
      code: '1234',
      day: expect.stringMatching(/^\d{4}-\d\d-15 \+0800$/),
      time: '10:30 +0800',
      until: '2026-11-24 18:00 +0800',
      floor: 'roof',
      rooms: [],
      host: 'ou_sofia',
      guests: ['ou_lin', 'ou_wang'],
      lunch: false,
    })
    await page.getByRole('button', { name: 'Clear' }).click()
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('')
    expect(await page.getByRole('checkbox', { name: 'Stays for lunch' }).isChecked()).toBe(true)
  })

  it('a form keeps what was typed while the rest of the card changes', async () => {
    const { page, update } = await show(form)
    await page.getByRole('textbox', { name: 'Name' }).fill('Ada')
    await update({ ...form, body: { elements: [...form.body.elements, { tag: 'markdown', content: 'news' }] } })
    await page.getByText('news').waitFor()
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Ada')
  })
})
