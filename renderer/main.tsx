import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { openLink } from './link/open-link.ts'
import { createShell } from './store/shell.ts'
import './styles/index.css'

const shell = createShell(openLink())
shell.request('settings', {}).then(
  (settings) => shell.store.setState({ settings }),
  () => undefined,
)
shell.request('about', {}).then(
  (about) => shell.store.setState({ about }),
  () => undefined,
)

const place = document.getElementById('root')
if (place)
  createRoot(place).render(
    <StrictMode>
      <App shell={shell} />
    </StrictMode>,
  )
