import { type ApiAnswer, type ApiCall, type ApiHandler, callingApp, type Platform, queryText } from '../api-call.ts'
import type { UploadedFile } from '../multipart.ts'
import { PlatformError } from '../platform-error.ts'
import { imageFormat, imageSize } from './image-format.ts'
import { visibleMessage } from './message-api.ts'
import type { ResourceRecord } from './resource-store.ts'

const megabyte = 1024 * 1024
const maxImageBytes = 10 * megabyte
const maxFileBytes = 30 * megabyte
const noResources = ['interactive', 'merge_forward', 'sticker']

/** im v1 images, files and resources of messages (docs: im-v1 image, file, message get-2). */
export const resourceHandlers: Readonly<Record<string, ApiHandler>> = {
  'POST /open-apis/im/v1/images': (platform, call) => {
    const type = String(call.body.image_type)
    const file = uploaded(call, 'image', maxImageBytes)
    checkImage(file.bytes, type)
    const app = callingApp(call)
    const image = { kind: 'image', appId: app.appId, fileName: file.name, type, durationMs: undefined } as const
    const { key } = platform.resources.add({ ...image, bytes: file.bytes })
    return { data: { image_key: key }, fields: { image_key: key } }
  },
  'POST /open-apis/im/v1/files': (platform, call) => {
    const { bytes } = uploaded(call, 'file', maxFileBytes)
    const { duration } = call.body
    const { key } = platform.resources.add({
      kind: 'file',
      appId: callingApp(call).appId,
      fileName: String(call.body.file_name),
      type: String(call.body.file_type),
      durationMs: typeof duration === 'number' ? duration : undefined,
      bytes,
    })
    return { data: { file_key: key }, fields: { file_key: key } }
  },
  'GET /open-apis/im/v1/images/:image_key': (platform, call) => download(platform, call, 'image', 'image_key'),
  'GET /open-apis/im/v1/files/:file_key': (platform, call) => download(platform, call, 'file', 'file_key'),
  'GET /open-apis/im/v1/messages/:message_id/resources/:file_key': (platform, call) => {
    const app = callingApp(call)
    const messageId = call.params.message_id ?? ''
    const chat = platform.chats.find(platform.messages.find(messageId)?.chatId ?? '')
    if (chat && !chat.appIds.has(app.appId)) throw new PlatformError(234004)
    const { message } = visibleMessage(platform, app, messageId, 230110)
    if (noResources.includes(message.messageType)) throw new PlatformError(234043)
    const key = call.params.file_key ?? ''
    const resource = platform.resources.find(key)
    const kind = queryText(call, 'type')
    if (!resource || resource.kind !== kind || !message.content.includes(`"${key}"`)) throw new PlatformError(234003)
    return binary(resource)
  },
}

function uploaded(call: ApiCall, name: string, maxBytes: number): UploadedFile {
  const file = call.body[name] as UploadedFile
  if (file.bytes.length === 0) throw new PlatformError(234010)
  if (file.bytes.length > maxBytes) throw new PlatformError(234006)
  return file
}

function checkImage(bytes: Uint8Array, type: string): void {
  const format = imageFormat(bytes)
  if (!format) throw new PlatformError(234011)
  const { width, height } = imageSize(bytes) ?? { width: 0, height: 0 }
  const max = type === 'avatar' ? 4096 : format === 'gif' ? 2000 : 12_000
  if (width > max || height > max) throw new PlatformError(234039)
}

function download(platform: Platform, call: ApiCall, kind: ResourceRecord['kind'], name: string): ApiAnswer {
  const resource = platform.resources.find(call.params[name] ?? '')
  if (resource?.kind !== kind) throw new PlatformError(234001, `${name} is unknown`)
  if (resource.appId !== callingApp(call).appId) throw new PlatformError(234008)
  return binary(resource)
}

function binary({ kind, bytes, fileName }: ResourceRecord): ApiAnswer {
  const contentType = kind === 'image' ? `image/${imageFormat(bytes)}` : 'application/octet-stream'
  return { binary: { bytes: Buffer.from(bytes), contentType, fileName } }
}
