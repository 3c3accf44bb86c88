import type { ReactNode } from 'react'
import { sayShell } from '../../words/shell.ts'
import './logs.css'

/** Logs. */
export function LogsView(): ReactNode {
  return (
    <main className="page">
      <div className="bar-t">
        <h1>{sayShell.views.logs}</h1>
      </div>
    </main>
  )
}
