import { controls, form } from './control-cards.ts'
import { layout, markdown, people, pictures, report, streaming } from './display-cards.ts'
import { approval, dashboard } from './old-cards.ts'

/** Cards that together use all that the renderer knows. */
export const cards: Record<string, Record<string, unknown>> = {
  '1.0 approval': approval,
  '1.0 dashboard': dashboard,
  '2.0 markdown': markdown,
  '2.0 form': form,
  '2.0 controls': controls,
  '2.0 layout': layout,
  '2.0 report': report,
  '2.0 people': people,
  '2.0 pictures': pictures,
  '2.0 streaming': streaming,
  template: { type: 'template', data: { template_id: 'AAqCtx1234567' } },
  broken: { schema: '2.0', body: { elements: 'none' } },
  'unknown elements': {
    schema: '2.0',
    body: { elements: [{ tag: 'hologram', content: 'a future element' }, 'no element', { content: 'without tag' }] },
  },
}
