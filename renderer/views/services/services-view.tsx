import type { ReactNode } from 'react'
import { useShellState } from '../../store/use-shell.ts'
import './services.css'

/** Home. */
export function ServicesView(): ReactNode {
  const summary = useShellState((state) => state.shown?.summary)
  return (
    <main className="home">
      <div className="summary">
        <h1>{summary?.says}</h1>
      </div>
    </main>
  )
}
