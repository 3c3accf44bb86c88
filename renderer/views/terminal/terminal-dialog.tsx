import { useEffect, useRef, useState, type ReactNode } from 'react'
import { Dialog } from 'react-aria-components/Dialog'
import { Heading } from 'react-aria-components/Heading'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import type { TerminalKind, TerminalPlace } from '../../../main/model/terminal.ts'
import { Button } from '../../parts/button.tsx'
import { useActions, useService, useShell } from '../../store/use-shell.ts'
import { sayTerminal } from '../../words/terminal.ts'
import { openScreen, type Screen } from './screen.ts'
import { openSession, type Session } from './session.ts'
import './terminal.css'

/** A terminal in what runs, before everything else. Escape and Tab are the program's; F6 leads out of it. */
export function TerminalDialog(props: { readonly service: string; readonly kind: TerminalKind }): ReactNode {
  const { service, kind } = props
  const actions = useActions()
  const title = useService(service)?.title ?? service
  const [place, setPlace] = useState<TerminalPlace>()
  const [ended, setEnded] = useState<string>()
  /** Counts the times it was opened. */
  const [round, setRound] = useState(0)
  const out = useRef<HTMLDivElement>(null)
  const screen = useRef<Screen>(null)
  const session = useRef<Session>(null)
  const close = (): void => actions.ask(null)
  const again = (): void => {
    setPlace(undefined)
    setEnded(undefined)
    setRound(round + 1)
  }
  const copy = (): void => {
    const text = screen.current?.selection() ?? ''
    if (text !== '') void actions.copy(text)
    screen.current?.focus()
  }
  const press = (text: string): void => {
    session.current?.type(text)
    screen.current?.focus()
  }
  return (
    <ModalOverlay className="scrim" isOpen isKeyboardDismissDisabled>
      <Modal className="sheet term">
        <Dialog className="dlg">
          <div className="termhead">
            <Heading slot="title">{sayTerminal.title(kind === 'sql' ? 'psql' : 'shell', title)}</Heading>
            <span className="mono sm t2 cut">
              {place ? sayTerminal.where(place.where) : sayTerminal.opening}
            </span>
            <span className="sm t2 termhint">
              <kbd className="kbd">F6</kbd> {sayTerminal.leave}
            </span>
          </div>
          <TerminalScreen
            key={round}
            service={service}
            kind={kind}
            onMade={(made) => {
              screen.current = made?.screen ?? null
              session.current = made?.session ?? null
            }}
            onOpened={setPlace}
            onEnded={setEnded}
            onLeave={() => out.current?.querySelector('button')?.focus()}
          />
          <output className="termend">{ended ?? ''}</output>
          <fieldset className="termkeys" aria-label={sayTerminal.keys}>
            {sayTerminal.touch.map(([drawn, name, types]) => (
              <button
                key={name}
                type="button"
                className="btn btn-s"
                aria-label={name}
                disabled={ended !== undefined}
                onClick={() => press(types)}
              >
                {drawn}
              </button>
            ))}
          </fieldset>
          <div className="do" ref={out}>
            <Button onPress={close} kind={ended === undefined ? 'normal' : 'primary'}>
              {sayTerminal.close}
            </Button>
            <Button onPress={copy}>{sayTerminal.copy}</Button>
            {ended === undefined ? null : <Button onPress={again}>{sayTerminal.again}</Button>}
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}

/** One life of a terminal: opened when it appears, closed when it goes. */
function TerminalScreen(props: {
  readonly service: string
  readonly kind: TerminalKind
  /** What was made; null: it is gone. */
  readonly onMade: (made: { readonly screen: Screen; readonly session: Session } | null) => void
  readonly onOpened: (place: TerminalPlace) => void
  readonly onEnded: (says: string) => void
  readonly onLeave: () => void
}): ReactNode {
  const shell = useShell()
  const actions = useActions()
  const place = useRef<HTMLDivElement>(null)
  const last = useRef({ props, actions })
  useEffect(() => {
    last.current = { props, actions }
  })
  const { service, kind } = props
  useEffect(() => {
    if (!place.current) return undefined
    const { onMade } = last.current.props
    let session: Session | undefined
    const screen = openScreen(place.current, {
      typed: (text) => session?.type(text),
      sized: (columns, rows) => session?.size(columns, rows),
      leave: () => last.current.props.onLeave(),
      copy: (text) => void last.current.actions.copy(text),
    })
    session = openSession(
      shell,
      { service, kind, columns: screen.columns(), rows: screen.rows() },
      {
        opened: (where) => last.current.props.onOpened(where),
        print: (text, drew) => screen.print(text, drew),
        ended: (how) =>
          last.current.props.onEnded(
            'says' in how
              ? how.says === ''
                ? sayTerminal.lost
                : how.says
              : [how.trouble.what, how.trouble.why, how.trouble.todo].filter(Boolean).join(' '),
          ),
      },
    )
    onMade({ screen, session })
    screen.focus()
    return () => {
      session?.close()
      screen.close()
      onMade(null)
    }
  }, [shell, service, kind])
  return <div className="termscreen" ref={place} />
}
