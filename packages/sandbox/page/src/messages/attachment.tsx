import { Download, FileText, ImageOff, Music, Video } from 'lucide-react'
import { useState } from 'react'
import { resourceUrl } from '../session/client.ts'
import { useWords } from '../words/locale.ts'
import styles from './attachment.module.css'
import { ImagePreview } from './image-preview.tsx'

/** An image that opens large. */
export function ImageThumb({ imageKey }: { imageKey: string }) {
  const say = useWords()
  const [open, setOpen] = useState(false)
  const [missing, setMissing] = useState(imageKey === '')
  if (missing) {
    return (
      <span className={styles.missing}>
        <ImageOff size={16} aria-hidden="true" /> {say('imageGone')}
      </span>
    )
  }
  return (
    <>
      <button type="button" className={styles.thumb} aria-label={say('preview')} onClick={() => setOpen(true)}>
        <img src={resourceUrl(imageKey)} alt={say('image')} loading="lazy" onError={() => setMissing(true)} />
      </button>
      {open && <ImagePreview src={resourceUrl(imageKey)} onClose={() => setOpen(false)} />}
    </>
  )
}

/** A file to be downloaded. */
export function FileCard({ fileKey, name }: { fileKey: string; name: string }) {
  const say = useWords()
  return (
    <a className={styles.file} href={resourceUrl(fileKey)} download={name} aria-label={`${say('download')} ${name}`}>
      <span className={styles.fileIcon} style={{ background: colorOf(name) }}>
        <FileText size={22} />
      </span>
      <span className={styles.fileText}>
        <span className={styles.fileName}>{name}</span>
        <span className={styles.fileHint}>{(/\.([\w]{1,6})$/.exec(name)?.[1] ?? say('file')).toUpperCase()}</span>
      </span>
      <Download size={18} className={styles.fileAction} />
    </a>
  )
}

export function AudioPlayer({ fileKey, durationMs }: { fileKey: string; durationMs: number }) {
  const say = useWords()
  return (
    <div className={styles.audio}>
      <Music size={16} aria-hidden="true" />
      {/* biome-ignore lint/a11y/useMediaCaption: what a bot said has no captions */}
      <audio controls preload="none" src={resourceUrl(fileKey)} aria-label={say('audio')} />
      {durationMs > 0 && <span className={styles.fileHint}>{Math.round(durationMs / 1000)}″</span>}
    </div>
  )
}

export function VideoPlayer({ fileKey, imageKey, name }: { fileKey: string; imageKey: string; name: string }) {
  const say = useWords()
  const poster = imageKey === '' ? {} : { poster: resourceUrl(imageKey) }
  return (
    <div className={styles.video}>
      <video controls preload="none" src={resourceUrl(fileKey)} aria-label={say('video')} {...poster} />
      <span className={styles.fileHint}>
        <Video size={14} aria-hidden="true" /> {name || say('video')}
      </span>
    </div>
  )
}

function colorOf(name: string): string {
  const ending = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  if (ending === 'pdf') return '#e5493d'
  if (/^(?:docx?|md|txt|rtf)$/.test(ending)) return '#3370ff'
  if (/^(?:xlsx?|csv)$/.test(ending)) return '#2ea121'
  if (/^(?:pptx?|key)$/.test(ending)) return '#ed6d0c'
  if (/^(?:zip|gz|tar|7z|rar)$/.test(ending)) return '#a06a1d'
  return '#7b8494'
}
