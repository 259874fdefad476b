import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { Consent } from './consent/consent.tsx'
import './theme.css'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root.')
createRoot(root).render(
  <StrictMode>{location.pathname === '/' || location.pathname === '/index.html' ? <App /> : <Consent />}</StrictMode>,
)
