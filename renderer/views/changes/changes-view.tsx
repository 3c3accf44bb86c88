import type { ReactNode } from 'react'
import { sayShell } from '../../words/shell.ts'
import './changes.css'

/** Changes. */
export function ChangesView(): ReactNode {
  return (
    <main className="page">
      <div className="bar-t">
        <h1>{sayShell.views.changes}</h1>
      </div>
    </main>
  )
}
