import type { ComponentType } from 'react'
import { textOf } from '../../../src/im/card-json.ts'
import { AudioElement } from './audio.tsx'
import { ButtonElement } from './button.tsx'
import { useCard } from './card-context.ts'
import type { CardElement } from './card-element.ts'
import { ChartElement } from './chart.tsx'
import { CheckerElement } from './checker.tsx'
import { CollapsiblePanel } from './collapsible-panel.tsx'
import { ColumnElement, ColumnSet } from './column-set.tsx'
import { DatePicker } from './date-picker.tsx'
import { ActionRow, DivElement, NoteElement } from './div.tsx'
import styles from './element.module.css'
import { FormElement } from './form.tsx'
import { ImageCombination, ImageElement } from './image.tsx'
import { ImageSelect } from './image-select.tsx'
import { InputElement } from './input.tsx'
import { InteractiveContainer } from './interactive-container.tsx'
import { lengthsOf } from './layout.ts'
import { Overflow } from './overflow.tsx'
import { PersonElement } from './person.tsx'
import { SelectElement } from './select.tsx'
import { TableElement } from './table.tsx'
import { MarkdownElement, Text } from './text.tsx'

type ElementView = ComponentType<{ element: CardElement }>

const views: Readonly<Record<string, ElementView>> = {
  plain_text: ({ element }) => <Text text={element.json} />,
  lark_md: ({ element }) => <Text text={element.json} />,
  markdown: MarkdownElement,
  div: DivElement,
  hr: () => <hr className={styles.rule} />,
  note: NoteElement,
  action: ActionRow,
  img: ImageElement,
  img_combination: ImageCombination,
  person: PersonElement,
  person_list: PersonElement,
  chart: ChartElement,
  table: TableElement,
  audio: AudioElement,
  column_set: ColumnSet,
  column: ColumnElement,
  collapsible_panel: CollapsiblePanel,
  form: FormElement,
  interactive_container: InteractiveContainer,
}

/** Elements that hold something a person chose or typed. */
const controls: Readonly<Record<string, ElementView>> = {
  button: ButtonElement,
  overflow: Overflow,
  input: InputElement,
  select_static: SelectElement,
  multi_select_static: SelectElement,
  select_person: SelectElement,
  multi_select_person: SelectElement,
  select_img: ImageSelect,
  date_picker: DatePicker,
  picker_time: DatePicker,
  picker_datetime: DatePicker,
  checker: CheckerElement,
}

/** The elements of a container, in order. */
export function Elements({ elements }: { elements: readonly CardElement[] }) {
  // Streaming inserts elements before others; those with an id stay what they are.
  return elements.map((element) => (
    <ElementView key={textOf(element.json.element_id) ?? element.path} element={element} />
  ))
}

function ElementView({ element }: { element: CardElement }) {
  const { tag, json } = element
  const Control = controls[tag]
  const View = Control ?? views[tag] ?? UnknownElement
  // A control whose JSON the bot changes starts afresh.
  const view = <View key={Control && JSON.stringify(json)} element={element} />
  const margin = lengthsOf(json.margin)
  return (
    <div className={styles.element} data-tag={tag} style={margin === undefined ? undefined : { margin }}>
      {view}
    </div>
  )
}

function UnknownElement({ element: { tag, json } }: { element: CardElement }) {
  const { say } = useCard()
  return (
    <details className={styles.unknown}>
      <summary>
        {tag === '' ? say.noTag : say.unknown} {tag !== '' && <code>{tag}</code>}
      </summary>
      <pre>{JSON.stringify(json, null, 2)}</pre>
    </details>
  )
}
