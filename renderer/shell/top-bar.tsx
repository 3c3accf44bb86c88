import type { ReactNode } from 'react'
import { Icon } from '../parts/icon.tsx'
import { findingCount, isExamined } from '../store/checks.ts'
import { useActions, useShellState } from '../store/use-shell.ts'
import { sayShell } from '../words/shell.ts'
import { barViews } from './bar-views.ts'

/** Navigation and the way to everything else. */
export function TopBar(): ReactNode {
  const actions = useActions()
  const view = useShellState((state) => state.place.view)
  const mac = useShellState((state) => state.about?.platform === 'darwin')
  const findings = useShellState(findingCount)
  const examined = useShellState(isExamined)
  const lost = useShellState((state) => !state.connected)
  return (
    <header className="top" data-region="top" inert={lost}>
      <nav className="nav" aria-label={sayShell.navigation}>
        {barViews.map((one) => (
          <button
            key={one}
            type="button"
            aria-current={one === view ? 'page' : undefined}
            onClick={() => actions.go({ view: one })}
          >
            <Icon name={one} />
            <span>{sayShell.views[one]}</span>
            {one === 'doctor' && findings > 0 ? (
              <span className="count">
                {findings}
                <span className="vh"> {sayShell.counted(findings, examined).replace(/^\d+ /, '')}</span>
              </span>
            ) : null}
          </button>
        ))}
      </nav>
      <button
        type="button"
        className="find"
        aria-haspopup="dialog"
        onClick={() => actions.ask({ kind: 'palette', typed: '' })}
      >
        <Icon name="search" small />
        <span>{sayShell.find}</span>
        <span className="kbd">{sayShell.findKey(mac)}</span>
      </button>
    </header>
  )
}
