import { objectOf, objectsOf, textOf } from '../../../src/im/card-json.ts'
import { useCard } from './card-context.ts'
import { type CardElement, elementOf, elementsOf } from './card-element.ts'
import styles from './div.module.css'
import { Elements } from './element.tsx'
import { Icon } from './icon.tsx'
import { CardImage } from './image.tsx'
import { pixelsOf } from './layout.ts'
import { Text } from './text.tsx'

/** Text, with fields in two columns and an element beside it (docs: card components plain-text; schema 1.0 content module). */
export function DivElement({ element: { json, path } }: { element: CardElement }) {
  const fields = objectsOf(json.fields)
  const extra = json.extra === undefined ? undefined : elementOf(json.extra, `${path}/extra`)
  return (
    <div className={styles.div} style={{ width: pixelsOf(json.width) }}>
      {json.icon !== undefined && <Icon icon={objectOf(json.icon)} />}
      <div className={styles.words}>
        {json.text !== undefined && <Text text={objectOf(json.text)} />}
        {fields.length > 0 && (
          <div className={styles.fields}>
            {fields.map((field, index) => (
              <div key={index} className={field.is_short === true ? styles.short : styles.long}>
                <Text text={objectOf(field.text)} />
              </div>
            ))}
          </div>
        )}
      </div>
      {extra && (
        <div className={styles.extra}>
          <Elements elements={[extra]} />
        </div>
      )}
    </div>
  )
}

/** Small print at the foot of cards of schema 1.0. */
export function NoteElement({ element: { json, path } }: { element: CardElement }) {
  const { say } = useCard()
  return (
    <div className={styles.note}>
      {json.icon !== undefined && <Icon icon={objectOf(json.icon)} />}
      {elementsOf(json.elements, `${path}/elements`).map((part) => {
        if (part.tag !== 'img') return <Text key={part.path} text={part.json} />
        const style = { width: 16, height: 16, objectFit: 'cover' } as const
        return <CardImage key={part.path} imageKey={textOf(part.json.img_key) ?? ''} alt={say.image} style={style} />
      })}
    </div>
  )
}

/** A row of controls in schema 1.0. */
export function ActionRow({ element: { json, path } }: { element: CardElement }) {
  return (
    <div className={styles.actions} data-layout={textOf(json.layout) ?? 'flow'}>
      <Elements elements={elementsOf(json.actions, `${path}/actions`)} />
    </div>
  )
}
