import type { Tenant } from '../tenant.ts'
import { type BlockContent, type DocxDocument, elementsOf, isText, walk } from './document.ts'

/** The words of a document, a line for each block (docs: docx-v1 document raw_content). */
export function plainText(document: DocxDocument, title: string, tenant: Tenant): string {
  const lines = [title]
  for (const { type, content, parentId } of walk(document)) {
    if (parentId !== '' && isText(type)) lines.push(elementsText(content, tenant))
  }
  return `${lines.join('\n')}\n`
}

/** The words of a text. */
export function elementsText(content: BlockContent, tenant: Tenant): string {
  const words = elementsOf(content).map((element) => {
    const { text_run, mention_user, mention_doc, equation } = element
    if (mention_user) return `@${tenant.users.get(String(mention_user.user_id))?.name ?? ''}`
    return String(text_run?.content ?? mention_doc?.title ?? equation?.content ?? '')
  })
  return words.join('')
}
