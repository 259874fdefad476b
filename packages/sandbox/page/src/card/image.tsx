import { ImageOff } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { type CSSProperties, type ReactNode, useState } from 'react'
import { objectsOf, textOf } from '../../../src/im/card-json.ts'
import { useCard } from './card-context.ts'
import type { CardElement } from './card-element.ts'
import styles from './image.module.css'
import { lengthsOf } from './layout.ts'
import { useWords } from './text.tsx'

/** An image by its key; a neutral box when it cannot be loaded. */
export function CardImage({ imageKey, alt, style }: { imageKey: string; alt: string; style?: CSSProperties }) {
  const { imageUrl } = useCard()
  const [failed, setFailed] = useState<string>()
  if (failed === imageKey || imageKey === '') {
    return (
      <span className={styles.missing} role="img" aria-label={alt} style={style} title={imageKey}>
        <ImageOff aria-hidden="true" />
        <span>{alt}</span>
      </span>
    )
  }
  return (
    <img
      className={styles.image}
      src={imageUrl(imageKey)}
      alt={alt}
      style={style}
      onError={() => setFailed(imageKey)}
    />
  )
}

/** The image element: sizes and cropping, and a large view on click (docs: card components image). */
export function ImageElement({ element: { json } }: { element: CardElement }) {
  const { say } = useCard()
  const alt = useWords(json.alt) ?? say.image
  const title = useWords(json.title)
  const key = textOf(json.img_key) ?? ''
  const image = <CardImage imageKey={key} alt={alt} style={imageStyle(json)} />
  return (
    <figure className={styles.figure}>
      {title !== undefined && <figcaption>{title}</figcaption>}
      {json.preview === false ? image : <Enlarging imageKey={key} alt={alt} image={image} />}
    </figure>
  )
}

/** Several images in one frame. */
export function ImageCombination({ element: { json } }: { element: CardElement }) {
  const { say } = useCard()
  const mode = textOf(json.combination_mode) ?? 'trisect'
  return (
    <div className={styles.combination} data-mode={mode} style={{ borderRadius: lengthsOf(json.corner_radius) }}>
      {objectsOf(json.img_list).map((entry, index) => {
        const key = textOf(entry.img_key) ?? ''
        const image = <CardImage imageKey={key} alt={say.image} />
        return <Enlarging key={index} imageKey={key} alt={say.image} image={image} />
      })}
    </div>
  )
}

function Enlarging({ imageKey, alt, image }: { imageKey: string; alt: string; image: ReactNode }) {
  const { say, imageUrl } = useCard()
  return (
    <Dialog.Root>
      <Dialog.Trigger className={styles.enlarge} aria-label={`${say.enlarge}: ${alt}`}>
        {image}
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className={styles.overlay} />
        <Dialog.Content className={styles.large} aria-describedby={undefined}>
          <Dialog.Title className={styles.hidden}>{alt}</Dialog.Title>
          <img src={imageUrl(imageKey)} alt={alt} />
          <Dialog.Close className={styles.hidden}>{say.close}</Dialog.Close>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

const sizes: Record<string, string> = { small: '80px', tiny: '40px', medium: '160px', large: '240px' }

function imageStyle(json: Readonly<Record<string, unknown>>): CSSProperties {
  const scale = textOf(json.scale_type)
  const mode = textOf(json.mode)
  const cropped = scale?.startsWith('crop') || mode === 'crop_center'
  const size = textOf(json.size)
  const side = size === undefined ? (mode === undefined ? undefined : sizes[mode]) : (sizes[size] ?? undefined)
  const [width, height] = size !== undefined && side === undefined ? (lengthsOf(size)?.split(' ') ?? []) : [side, side]
  const custom = typeof json.custom_width === 'number' ? `${json.custom_width}px` : undefined
  return {
    width: width ?? custom ?? '100%',
    height: cropped && height !== undefined ? height : cropped ? '220px' : undefined,
    objectFit: cropped ? 'cover' : 'contain',
    objectPosition: scale === 'crop_top' ? 'top' : undefined,
    borderRadius: lengthsOf(json.corner_radius) ?? '4px',
  }
}
