/** A body ready to be written, as often as need be. */
export interface WrittenBody {
  readonly type: string
  readonly bytes: string | Uint8Array
}

/** Whether a body goes as multipart; also a FormData that another copy of undici made. */
export function isForm(body: unknown): body is FormData {
  return Object.prototype.toString.call(body) === '[object FormData]'
}

/** Buffered: uploads are at most 30 MB, and a stream could not be sent twice (open.feishu.cn docs: im-v1 file create). */
export async function writeForm(form: FormData): Promise<WrittenBody> {
  const written = new Response(form instanceof FormData ? form : copyOf(form))
  const type = written.headers.get('content-type') ?? 'multipart/form-data'
  return { type, bytes: new Uint8Array(await written.arrayBuffer()) }
}

function copyOf(form: object): FormData {
  const own = new FormData()
  for (const [name, value] of form as Iterable<[string, File | string]>)
    if (typeof value === 'string') own.append(name, value)
    else own.append(name, value, value.name)
  return own
}
