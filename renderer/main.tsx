import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { openLink } from './link/open-link.ts'
import { begin } from './store/begin.ts'
import { applyTheme } from './shell/theme.ts'
import { followAddress } from './store/address.ts'
import { createFrames } from './store/frames.ts'
import { createShell } from './store/shell.ts'
import './styles/index.css'

// Until the settings are known.
applyTheme('system', window)
const shell = createShell(openLink(), Date.now, createFrames(window))
followAddress(shell.store, window, window.macula === undefined ? 'path' : 'fragment')
begin(shell)

const place = document.getElementById('root')
if (place)
  createRoot(place).render(
    <StrictMode>
      <App shell={shell} />
    </StrictMode>,
  )
