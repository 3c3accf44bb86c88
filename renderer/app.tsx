import { createElement, Suspense, useEffect, useMemo, type ReactNode } from 'react'
import { createActions } from './actions.ts'
import { Fence } from './parts/fence.tsx'
import { Announcer } from './shell/announcer.tsx'
import { Arrive } from './shell/arrive.tsx'
import { onGlobalKey } from './shell/keys.ts'
import { NoteBar } from './shell/note-bar.tsx'
import { Overlays } from './shell/overlays.tsx'
import { TopBar } from './shell/top-bar.tsx'
import type { Shell } from './store/shell.ts'
import { ReachContext, useShellState } from './store/use-shell.ts'
import { watchWhileVisible } from './store/watching.ts'
import { viewAt } from './views/index.tsx'
import { sayShell } from './words/shell.ts'

/** The window. */
export function App({ shell }: { readonly shell: Shell }): ReactNode {
  const reach = useMemo(() => ({ shell, actions: createActions(shell, window) }), [shell])
  useEffect(() => watchWhileVisible(shell, document), [shell])
  useEffect(() => {
    const hear = (event: KeyboardEvent): void => onGlobalKey(event, reach)
    document.addEventListener('keydown', hear)
    return () => document.removeEventListener('keydown', hear)
  }, [reach])
  return (
    <ReachContext value={reach}>
      <Frame />
    </ReachContext>
  )
}

function Frame(): ReactNode {
  const place = useShellState((state) => state.place)
  useTheme()
  const wizard = place.view === 'wizard'
  return (
    <div className={wizard ? 'app bare' : 'app'}>
      {wizard ? null : <TopBar />}
      <Fence key={`${place.view} ${place.service ?? ''}`} title={sayShell.views[place.view]}>
        <Suspense fallback={<main className="page" aria-busy="true" />}>
          {createElement(viewAt(place), { place })}
          <Arrive />
        </Suspense>
      </Fence>
      <NoteBar />
      <Overlays />
      <Announcer />
    </div>
  )
}

/** The settings' theme on the page; without one the style sheet follows the system. */
function useTheme(): void {
  const theme = useShellState((state) => state.settings?.settings.desktop.theme ?? 'system')
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = theme
  }, [theme])
}
