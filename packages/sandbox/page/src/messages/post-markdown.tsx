import { type CardContext, CardProvider } from '../card/card-context.ts'
import { Markdown } from '../card/markdown.tsx'
import { resourceUrl } from '../session/client.ts'
import { useDirectory } from '../session/use-session.ts'
import { useLocale } from '../words/locale.ts'

/** A node `md` of a rich text: the markdown of cards, in a message. */
export function PostMarkdown({ text }: { text: string }) {
  const directory = useDirectory()
  const locale = useLocale()
  const context: CardContext = {
    locale,
    version: '2.0',
    config: {},
    imageUrl: resourceUrl,
    userName: (id) => directory.nameOf(id, locale),
    people: [],
    // Text alone has nothing to be clicked.
    still: true,
    pending: undefined,
    confirm: async () => false,
    act: async () => {},
  }
  return (
    <CardProvider value={context}>
      <Markdown text={text} />
    </CardProvider>
  )
}
