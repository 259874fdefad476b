import type { Token, Tokens } from 'marked'
import { Emoji } from '../emoji-picture.tsx'
import { useCard } from './card-context.ts'
import { CardImage } from './image.tsx'
import styles from './markdown.module.css'
import type { PlatformTag } from './platform-tag.ts'
import { PlatformTagView } from './platform-tag-view.tsx'
import { SafeLink } from './safe-link.tsx'

/** Tokens of markdown as elements of the page. */
export function MarkdownTokens({ tokens }: { tokens: readonly Token[] }) {
  // Tokens have no identity; their place is all there is.
  return tokens.map((token, index) => <MarkdownToken key={index} token={token} />)
}

function MarkdownToken({ token }: { token: Token }) {
  switch (token.type) {
    case 'space':
    case 'def':
      return null
    case 'heading': {
      const { depth, tokens } = token as Tokens.Heading
      const Heading = `h${depth}` as 'h1'
      return (
        <Heading className={styles[`heading${depth}`]}>
          <MarkdownTokens tokens={tokens} />
        </Heading>
      )
    }
    case 'paragraph':
      return (
        <p>
          <Inner token={token} />
        </p>
      )
    case 'text':
      return 'tokens' in token && token.tokens ? <Inner token={token} /> : decoded((token as Tokens.Text).text)
    case 'escape':
      return (token as Tokens.Escape).text
    case 'strong':
      return (
        <strong>
          <Inner token={token} />
        </strong>
      )
    case 'em':
      return (
        <em>
          <Inner token={token} />
        </em>
      )
    case 'del':
      return (
        <del>
          <Inner token={token} />
        </del>
      )
    case 'codespan':
      return <code className={styles.code}>{(token as Tokens.Codespan).text}</code>
    case 'br':
      return <br />
    case 'hr':
      return <hr className={styles.rule} />
    case 'blockquote':
      return (
        <blockquote className={styles.quote}>
          <Inner token={token} />
        </blockquote>
      )
    case 'code': {
      const { text, lang } = token as Tokens.Code
      return (
        <figure className={styles.block}>
          {lang && <figcaption>{lang}</figcaption>}
          <pre>
            <code>{text}</code>
          </pre>
        </figure>
      )
    }
    case 'list':
      return <List list={token as Tokens.List} />
    case 'table':
      return <Table table={token as Tokens.Table} />
    case 'link':
      return <Link link={token as Tokens.Link} />
    case 'image':
      return <Picture image={token as Tokens.Image} />
    case 'emotion':
      return <Emoji type={token.name} />
    case 'platformTag':
      return <PlatformTagView tag={token as unknown as PlatformTag} />
    default:
      return token.raw
  }
}

function Inner({ token }: { token: Token }) {
  return <MarkdownTokens tokens={(token as Tokens.Generic).tokens ?? []} />
}

function List({ list }: { list: Tokens.List }) {
  const items = list.items.map((item, index) => (
    <li key={index}>
      {item.task && <input type="checkbox" checked={item.checked ?? false} readOnly disabled />}
      <MarkdownTokens tokens={item.tokens} />
    </li>
  ))
  return list.ordered ? (
    <ol className={styles.list} start={list.start === '' ? 1 : list.start}>
      {items}
    </ol>
  ) : (
    <ul className={styles.list}>{items}</ul>
  )
}

function Table({ table }: { table: Tokens.Table }) {
  const cell = ({ align, tokens }: Tokens.TableCell, index: number, Cell: 'th' | 'td') => (
    <Cell key={index} style={align ? { textAlign: align } : undefined}>
      <MarkdownTokens tokens={tokens} />
    </Cell>
  )
  return (
    <div className={styles.tableFrame}>
      <table className={styles.table}>
        <thead>
          <tr>{table.header.map((entry, index) => cell(entry, index, 'th'))}</tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>{row.map((entry, column) => cell(entry, column, 'td'))}</tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Link({ link }: { link: Tokens.Link }) {
  return (
    <SafeLink href={link.href}>
      <MarkdownTokens tokens={link.tokens} />
    </SafeLink>
  )
}

function Picture({ image }: { image: Tokens.Image }) {
  const { say } = useCard()
  // The platform takes image keys only; an address on the web would make the page load from outside.
  if (/^https?:/.test(image.href)) return <SafeLink href={image.href}>{image.text || image.href}</SafeLink>
  return <CardImage imageKey={image.href} alt={image.text || say.image} />
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: '\u00a0', sim: '∼' }

/** Bots escape markdown with entities (docs: rich-text, special characters): `&#42;` is a star that is no markup. */
function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|([a-z]+));/gi, (whole, code?: string, name?: string) => {
    if (name !== undefined) return entities[name] ?? whole
    const point = Number(code)
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole
  })
}
