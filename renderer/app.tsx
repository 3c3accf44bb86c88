import { createElement, Suspense, useEffect, useMemo, type ReactNode } from 'react'
import { createActions } from './actions.ts'
import { Fence } from './parts/fence.tsx'
import { Announcer } from './shell/announcer.tsx'
import { Arrive } from './shell/arrive.tsx'
import { titleOf } from './shell/title.ts'
import { keepFocusSeen } from './shell/kept-focus.ts'
import { onGlobalKey } from './shell/keys.ts'
import { NoteBar } from './shell/note-bar.tsx'
import { Overlays } from './shell/overlays.tsx'
import { keepPressesSteady } from './shell/steady.ts'
import { followTheme } from './shell/theme.ts'
import { TopBar } from './shell/top-bar.tsx'
import type { Shell } from './store/shell.ts'
import { ReachContext, useShellState } from './store/use-shell.ts'
import { watchWhileVisible } from './store/watching.ts'
import { forgetView, viewAt } from './views/index.tsx'
import type { ViewProps } from './views/view-props.ts'
import { sayShell } from './words/shell.ts'

/** The window. */
export function App({ shell }: { readonly shell: Shell }): ReactNode {
  const reach = useMemo(() => ({ shell, actions: createActions(shell, window) }), [shell])
  useEffect(() => watchWhileVisible(shell, document), [shell])
  useEffect(() => keepPressesSteady(document), [])
  useEffect(() => keepFocusSeen(document, window), [])
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

/** The view of a place, chosen anew when it is shown again: its file may have to be loaded once more. */
function Shown({ place }: ViewProps): ReactNode {
  return createElement(viewAt(place), { place })
}

function Frame(): ReactNode {
  const place = useShellState((state) => state.place)
  useTheme()
  useTitle()
  const connected = useShellState((state) => state.connected)
  const wizard = place.view === 'wizard'
  const home = place.view === 'services' && place.service === undefined
  return (
    <div className={wizard ? 'app bare' : 'app'}>
      {wizard ? null : <TopBar />}
      <Fence
        key={place.view === 'services' ? `services ${place.service ?? ''}` : place.view}
        title={sayShell.views[place.view]}
        onAgain={() => forgetView(place)}
      >
        <Suspense fallback={<main className="page" aria-busy="true" />}>
          {/* Without its engine nothing in a view can be done; home keeps its explanation alive itself. */}
          <div className="shown" inert={!connected && !home}>
            <Shown place={place} />
          </div>
          <Arrive />
        </Suspense>
      </Fence>
      <NoteBar />
      <Overlays />
      <Announcer />
    </div>
  )
}

/** The settings' theme on the page. */
function useTheme(): void {
  const theme = useShellState((state) => state.settings?.settings.desktop.theme ?? 'system')
  useEffect(() => followTheme(theme, window), [theme])
}

/** What is shown, as the title of the document: for tabs, lists of windows and screen readers. */
function useTitle(): void {
  const title = useShellState(({ place, snapshot }) => titleOf(place, snapshot))
  useEffect(() => {
    document.title = title
  }, [title])
}
