import type { ReactNode } from 'react'
import { Dialog as AriaDialog } from 'react-aria-components/Dialog'
import { Heading } from 'react-aria-components/Heading'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { useShellState } from '../store/use-shell.ts'
import { useOverflows } from './use-overflows.ts'

/**
 * A question before everything else: title, words, buttons (the safest one last and focused). Escape and a click beside
 * it close it.
 */
export function Dialog(props: {
  readonly title: string
  readonly children: ReactNode
  readonly buttons: ReactNode
  readonly onClose: () => void
  /** wide: for contents with code or lists. */
  readonly wide?: boolean
  /** Needs no engine: it stays while that is away. */
  readonly stays?: boolean
}): ReactNode {
  const lost = useShellState((state) => !state.connected)
  // What it asks cannot be done just now; it comes back with what was typed.
  if (lost && props.stays !== true) return null
  return (
    <ModalOverlay
      className="scrim"
      isOpen
      isDismissable
      onOpenChange={(open) => {
        if (!open) props.onClose()
      }}
    >
      <Modal className={props.wide === true ? 'sheet wide' : 'sheet'}>
        <AriaDialog className="dlg" role="alertdialog">
          <Heading slot="title">{props.title}</Heading>
          <Words title={props.title}>{props.children}</Words>
          <div className="do">{props.buttons}</div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}

/** What it says. Where that scrolls, as in a small window, the keyboard reaches it. */
function Words(props: { readonly title: string; readonly children: ReactNode }): ReactNode {
  const [box, overflows] = useOverflows()
  return (
    <div
      ref={box}
      className="words"
      {...(overflows ? { tabIndex: 0, role: 'region', 'aria-label': props.title } : {})}
    >
      {props.children}
    </div>
  )
}
