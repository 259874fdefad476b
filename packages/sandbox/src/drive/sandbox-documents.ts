import type { Platform } from '../api-call.ts'
import type { SandboxDocument } from '../control.ts'

/** What lies in the cloud space; shortcuts and root folders apart. */
export function sandboxDocuments({ bases, spreadsheets, drive, wiki, workspaces }: Platform): SandboxDocument[] {
  const files = drive.all().filter(({ parentToken, spaceId }) => parentToken !== '' || spaceId !== undefined)
  return [
    ...bases.all().map(({ appToken, name }) => ({ type: 'bitable' as const, token: appToken, name })),
    ...spreadsheets.all().map(({ token, title }) => ({ type: 'sheet' as const, token, name: title })),
    ...files.flatMap(({ type, token, name }) => {
      return type === 'docx' || type === 'file' || type === 'folder' ? [{ type, token, name }] : []
    }),
    ...wiki.spaces().map(({ spaceId, name }) => ({ type: 'wiki' as const, token: spaceId, name })),
    ...workspaces.all().map(({ workspaceId, name }) => ({ type: 'workspace' as const, token: workspaceId, name })),
  ]
}
