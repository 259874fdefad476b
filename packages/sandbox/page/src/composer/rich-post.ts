/** A node of a rich text (docs: im-v1 message content, post). */
export type PostNode =
  | { tag: 'text'; text: string; style?: string[] }
  | { tag: 'a'; text: string; href: string }
  | { tag: 'at'; user_id: string }
  | { tag: 'code_block'; language: string; text: string }

const inline =
  /(\*\*(?<bold>[^*]+)\*\*)|(~~(?<strike>[^~]+)~~)|(?<![\w*])(\*(?<italic>[^*\n]+)\*)|(\[(?<label>[^\]]+)\]\((?<href>https?:\/\/[^)\s]+)\))|(?<at>@_user_\d+|@_all)/g

const marks: Readonly<Record<string, string>> = { bold: '**', lineThrough: '~~', italic: '*' }

/** The content of a rich text out of what was typed: **bold**, *italic*, ~~strike~~, [link](url), "- " lists and ``` code. */
export function richPost(title: string, text: string): { title: string; content: PostNode[][] } {
  const content: PostNode[][] = []
  let code: string[] | undefined
  let language = ''
  for (const line of text.split('\n')) {
    const fence = /^```(\w*)\s*$/.exec(line)
    if (fence && code) {
      content.push([codeBlock(language, code)])
      code = undefined
    } else if (fence) {
      code = []
      language = fence[1] ?? ''
    } else if (code) code.push(line)
    else content.push(nodesOf(line.replace(/^[-*] /, '• ')))
  }
  if (code) content.push([codeBlock(language, code)])
  return { title, content }
}

/** What was typed for the content of a rich text; undefined when it holds more than `richPost` makes. */
export function typedPost(json: string): { title: string; text: string } | undefined {
  const { title, content } = JSON.parse(json) as { title: string; content: PostNode[][] }
  const lines = content.map((line) => line.map(typedNode))
  if (lines.flat().includes(undefined)) return undefined
  return { title, text: lines.map((line) => line.join('')).join('\n') }
}

function typedNode(node: PostNode): string | undefined {
  if (node.tag === 'at') return node.user_id
  if (node.tag === 'a') return `[${node.text}](${node.href})`
  if (node.tag === 'code_block') return `\`\`\`${node.language.toLowerCase()}\n${node.text}\n\`\`\``
  if (node.tag !== 'text') return undefined
  const [style, more] = node.style ?? []
  if (style === undefined) return node.text
  const mark = more === undefined ? marks[style] : undefined
  return mark && mark + node.text + mark
}

function codeBlock(language: string, lines: readonly string[]): PostNode {
  return { tag: 'code_block', language: (language || 'plain_text').toUpperCase(), text: lines.join('\n') }
}

function nodesOf(line: string): PostNode[] {
  const nodes: PostNode[] = []
  let end = 0
  const plain = (text: string) => text !== '' && nodes.push({ tag: 'text', text })
  for (const match of line.matchAll(inline)) {
    plain(line.slice(end, match.index))
    end = match.index + match[0].length
    const { bold, strike, italic, label, href, at } = match.groups ?? {}
    if (at !== undefined) nodes.push({ tag: 'at', user_id: at })
    else if (href !== undefined) nodes.push({ tag: 'a', text: label ?? href, href })
    else if (bold !== undefined) nodes.push({ tag: 'text', text: bold, style: ['bold'] })
    else if (strike !== undefined) nodes.push({ tag: 'text', text: strike, style: ['lineThrough'] })
    else nodes.push({ tag: 'text', text: italic ?? '', style: ['italic'] })
  }
  plain(line.slice(end))
  return nodes
}
