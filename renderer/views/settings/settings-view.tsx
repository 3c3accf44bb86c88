import type { ReactNode } from 'react'
import { sayShell } from '../../words/shell.ts'
import './settings.css'

/** Settings. */
export function SettingsView(): ReactNode {
  return (
    <main className="page">
      <div className="bar-t">
        <h1>{sayShell.views.settings}</h1>
      </div>
    </main>
  )
}
