import { FileText, X } from 'lucide-react'
import { useEffect, useMemo } from 'react'
import { useWords } from '../words/locale.ts'
import styles from './attachment-tray.module.css'

/** The files that go with the next message. */
export function AttachmentTray({ files, onRemove }: { files: readonly File[]; onRemove: (file: File) => void }) {
  if (files.length === 0) return null
  return (
    <ul className={styles.tray}>
      {files.map((file) => (
        <Attachment
          key={`${file.name} ${file.size} ${file.lastModified}`}
          file={file}
          onRemove={() => onRemove(file)}
        />
      ))}
    </ul>
  )
}

function Attachment({ file, onRemove }: { file: File; onRemove: () => void }) {
  const say = useWords()
  const url = useMemo(() => (file.type.startsWith('image/') ? URL.createObjectURL(file) : undefined), [file])
  useEffect(() => () => (url === undefined ? undefined : URL.revokeObjectURL(url)), [url])
  return (
    <li className={styles.attachment}>
      {url === undefined ? (
        <span className={styles.file}>
          <FileText size={18} aria-hidden="true" />
          <span>{file.name}</span>
        </span>
      ) : (
        <img src={url} alt={file.name} />
      )}
      <button type="button" className={styles.remove} aria-label={`${say('remove')} ${file.name}`} onClick={onRemove}>
        <X size={12} />
      </button>
    </li>
  )
}
