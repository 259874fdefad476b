import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { CardView } from './card/card-view.tsx'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <CardView
      card={{}}
      messageId=""
      locale="zh"
      imageUrl={(key) => key}
      userName={(id) => id}
      onAction={async () => {}}
    />
  </StrictMode>,
)
