import type { ReactNode } from 'react'
import { sayCommon } from '../words/common.ts'
import { Button } from './button.tsx'

/** The buttons of a question about what cannot simply be taken back: the deed, then the way out, which has the focus. */
export function DangerButtons(props: {
  /** The deed in a verb and its thing: "Stop the restore". */
  readonly go: string
  readonly onGo: () => void
  readonly disabled?: boolean
  /** The way out, where another word says more than Cancel. */
  readonly keep?: string
  readonly onKeep: () => void
}): ReactNode {
  return (
    <>
      <Button kind="danger" disabled={props.disabled === true} onPress={props.onGo}>
        {props.go}
      </Button>
      <Button kind="primary" focus onPress={props.onKeep}>
        {props.keep ?? sayCommon.cancel}
      </Button>
    </>
  )
}
