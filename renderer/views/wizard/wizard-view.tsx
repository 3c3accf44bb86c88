import type { ReactNode } from 'react'
import { sayShell } from '../../words/shell.ts'
import './wizard.css'

/** Wizard. */
export function WizardView(): ReactNode {
  return (
    <main className="page">
      <div className="bar-t">
        <h1>{sayShell.views.wizard}</h1>
      </div>
    </main>
  )
}
