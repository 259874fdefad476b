import { Download, X, ZoomIn, ZoomOut } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { useState } from 'react'
import { useWords } from '../words/locale.ts'
import styles from './image-preview.module.css'

/** An image over the whole window. */
export function ImagePreview({ src, onClose }: { src: string; onClose: () => void }) {
  const say = useWords()
  const [scale, setScale] = useState(1)
  const zoom = (factor: number) => setScale((now) => Math.min(6, Math.max(0.2, now * factor)))
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className={styles.overlay} />
        <Dialog.Content
          className={styles.preview}
          aria-describedby={undefined}
          onWheel={(event) => zoom(event.deltaY < 0 ? 1.12 : 1 / 1.12)}
          onClick={(event) => event.target === event.currentTarget && onClose()}
        >
          <Dialog.Title className={styles.title}>{say('preview')}</Dialog.Title>
          <img src={src} alt={say('image')} style={{ transform: `scale(${scale})` }} />
          <div className={styles.tools}>
            <button type="button" aria-label="−" onClick={() => zoom(1 / 1.3)}>
              <ZoomOut size={18} />
            </button>
            <span>{Math.round(scale * 100)}%</span>
            <button type="button" aria-label="+" onClick={() => zoom(1.3)}>
              <ZoomIn size={18} />
            </button>
            <a href={src} download aria-label={say('download')}>
              <Download size={18} />
            </a>
            <button type="button" aria-label={say('close')} onClick={onClose}>
              <X size={18} />
            </button>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
