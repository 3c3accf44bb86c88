import type { Shell } from './shell.ts'
import { nothingKnown } from './state.ts'

/** Asks for what is known once, and leads a machine on which nobody was through set-up to it. */
export function begin(shell: Shell): void {
  const { store } = shell
  // Each on its own: what one cannot tell must not keep the others from being shown. Without a connection the link says
  // so itself, and all is asked again when it is back.
  const alone = (work: () => Promise<void>): void => {
    work().catch(() => undefined)
  }
  const ask = (): void => {
    alone(async () => store.setState({ settings: await shell.request('settings', {}) }))
    alone(async () => {
      const about = await shell.request('about', {})
      store.setState({ about })
      if (about.tray === false) sayNoTray(shell)
    })
    alone(async () => {
      const { first } = await shell.request('wizard', {})
      const { place, asking } = store.getState()
      // Nobody has gone anywhere, nor was anything shown by the desktop: it is still the place of the beginning.
      const untouched = place === nothingKnown.place && asking === null
      if (first && untouched) store.setState({ place: { view: 'wizard' } })
    })
  }
  ask()
  shell.on('connected', (connected) => {
    if (connected) ask()
  })
}

const SAID = 'macula-no-tray'

/** Once on this machine: closing then asks, and everything of the tray is in the window. */
function sayNoTray({ store }: Shell): void {
  if (localStorage.getItem(SAID) !== null || store.getState().asking !== null) return
  localStorage.setItem(SAID, '1')
  store.setState({ asking: { kind: 'no tray' } })
}
