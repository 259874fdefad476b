import { type ApiAnswer, type ApiCall, type ApiHandler, callingActor, type Platform, queryText } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import { fileOf, folderForNew } from './drive-call.ts'
import { newFileIn } from './file-events.ts'
import { mediaDocument } from './media-place.ts'
import type { Media } from './media-store.ts'
import { isSame, may } from './permissions.ts'
import { checkedBytes, partBytes, type Upload } from './uploads.ts'

const maxBytesAtOnce = 20_971_520
const temporaryUrlMs = 24 * 60 * 60_000
const streamPath = '/space/api/box/stream/download/authcode'

/** drive v1 uploads and downloads of files and media (docs: drive-v1 upload, media, download). */
export const uploadHandlers: Readonly<Record<string, ApiHandler>> = {
  ...uploadsOf('file', 'files'),
  ...uploadsOf('media', 'medias'),
  'GET /open-apis/drive/v1/files/:file_token/download': (platform, call) => {
    const token = call.params.file_token ?? ''
    fileOf(platform, call, { token, level: 'view', type: 'file' })
    return binary(platform.media.find(token))
  },
  'GET /open-apis/drive/v1/medias/:file_token/download': (platform, call) => {
    return binary(visibleMedia(platform, call, call.params.file_token ?? ''))
  },
  'GET /open-apis/drive/v1/medias/batch_get_tmp_download_url': (platform, call) => {
    const tokens = [call.query.file_tokens ?? []].flat()
    const tmp_download_urls = tokens.map((file_token) => {
      const code = Buffer.from(`${visibleMedia(platform, call, file_token).token} ${platform.clock.now()}`)
      return { file_token, tmp_download_url: `http://${call.host}${streamPath}?code=${code.toString('base64url')}` }
    })
    return { data: { tmp_download_urls } }
  },
  [`GET ${streamPath}`]: (platform, call) => {
    const [token = '', madeAtMs] = Buffer.from(queryText(call, 'code') ?? '', 'base64url')
      .toString()
      .split(' ')
    if (!(platform.clock.now() - Number(madeAtMs) <= temporaryUrlMs))
      throw new PlatformError(1061003, 'the URL expired')
    return binary(platform.media.find(token))
  },
}

function uploadsOf(kind: Upload['kind'], name: 'files' | 'medias'): Readonly<Record<string, ApiHandler>> {
  const base = `POST /open-apis/drive/v1/${name}`
  return {
    [`${base}/upload_all`]: (platform, call) => {
      const place = checkedPlace(platform, call, kind)
      if (Number(call.body.size) > maxBytesAtOnce) throw new PlatformError(1061043)
      const bytes = checkedBytes(call)
      return stored(platform, call, kind, { ...place, bytes })
    },
    [`${base}/upload_prepare`]: (platform, call) => {
      const { size } = call.body as { size: number }
      if (size < 1) throw new PlatformError(1061002, `size ${size}`)
      const uploader = callingActor(call)
      const { uploadId } = platform.uploads.start({ kind, ...checkedPlace(platform, call, kind), size, uploader })
      const data = { upload_id: uploadId, block_size: partBytes, block_num: Math.ceil(size / partBytes) }
      return { data, fields: { upload_id: uploadId } }
    },
    [`${base}/upload_part`]: (platform, call) => {
      const { upload_id, seq } = call.body as { upload_id: string; seq: number }
      const upload = platform.uploads.upload(upload_id, kind, callingActor(call))
      const last = Math.ceil(upload.size / partBytes) - 1
      if (seq < 0 || seq > last) throw new PlatformError(1062011, `seq ${seq} of 0 to ${last}`)
      const bytes = checkedBytes(call)
      const wanted = seq === last ? upload.size - last * partBytes : partBytes
      if (bytes.length !== wanted) throw new PlatformError(1062009, `part ${seq} has ${wanted} bytes`)
      upload.parts.set(seq, bytes)
      return { fields: { upload_id, seq: String(seq) } }
    },
    [`${base}/upload_finish`]: (platform, call) => {
      const { upload_id, block_num } = call.body as { upload_id: string; block_num: number }
      const upload = platform.uploads.upload(upload_id, kind, callingActor(call))
      const parts = Math.ceil(upload.size / partBytes)
      if (upload.parts.size < parts || block_num !== parts) throw new PlatformError(1062010, `${parts} parts`)
      const { name: fileName, parentType, parentNode } = upload
      return stored(platform, call, kind, {
        name: fileName,
        parentType,
        parentNode,
        bytes: platform.uploads.finish(upload),
      })
    },
  }
}

/** Where an upload goes, once that is known to be allowed. */
function checkedPlace(platform: Platform, call: ApiCall, kind: Upload['kind']) {
  const { file_name, parent_type, parent_node = '' } = call.body as Record<string, string | undefined>
  const place = { name: file_name ?? '', parentType: parent_type ?? '', parentNode: parent_node }
  if (kind === 'file') {
    if (!platform.drive.find(parent_node) && parent_node !== '') throw new PlatformError(1061044, parent_node)
    return { ...place, parentNode: folderForNew(platform, call, parent_node).token }
  }
  const document = mediaDocument(platform, place)
  if (document && !may(platform, callingActor(call), document, 'edit')) throw new PlatformError(1061004)
  return place
}

function stored(
  platform: Platform,
  call: ApiCall,
  kind: Upload['kind'],
  content: Pick<Media, 'name' | 'parentType' | 'parentNode' | 'bytes'>,
): ApiAnswer {
  const uploader = callingActor(call)
  const { token } = platform.media.add({ ...content, uploader, createdAtMs: platform.clock.now() })
  const folder = kind === 'file' ? platform.drive.find(content.parentNode) : undefined
  if (folder) newFileIn(platform, folder, { token, type: 'file', name: content.name, owner: uploader })
  return { data: { file_token: token }, fields: { file_token: token } }
}

/** @throws PlatformError 1061003, 1061004 */
function visibleMedia(platform: Platform, call: ApiCall, token: string): Media {
  const media = platform.media.find(token)
  if (!media || media.parentType === 'explorer') throw new PlatformError(1061003, token)
  const actor = callingActor(call)
  if (isSame(media.uploader, actor)) return media
  const document = mediaDocument(platform, media)
  if (!document || !may(platform, actor, document, 'view')) throw new PlatformError(1061004, token)
  return media
}

function binary(media: Media | undefined): ApiAnswer {
  if (!media) throw new PlatformError(1061003)
  const { name, bytes } = media
  return {
    binary: { bytes: Buffer.from(bytes), contentType: 'application/octet-stream', fileName: name, takesRange: true },
  }
}
