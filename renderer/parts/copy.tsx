import { useEffect, useState, type ReactNode } from 'react'
import { useActions } from '../store/use-shell.ts'
import { sayCommon } from '../words/common.ts'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'

/** How long "Copied" stands. */
const SAID_MS = 2000

/** Copies a text and says so in its own place. `what` names it: "address of Grafana". */
export function Copy(props: {
  /** The text, or how to get it when it is asked for. */
  readonly text: string | (() => Promise<string>)
  readonly what: string
  /** A button with a text instead of a drawing. */
  readonly button?: string
  readonly small?: boolean
}): ReactNode {
  const actions = useActions()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return undefined
    const timer = setTimeout(() => setCopied(false), SAID_MS)
    return () => clearTimeout(timer)
  }, [copied])
  const label = copied ? sayCommon.copied(props.what) : sayCommon.copy(props.what)
  const press = (): void => {
    const { text } = props
    const work = async (): Promise<void> =>
      setCopied(await actions.copy(typeof text === 'string' ? text : await text()))
    work().catch((error: unknown) => actions.failed(sayCommon.notCopied, error))
  }
  if (props.button !== undefined)
    return (
      <Button
        onPress={press}
        small={props.small === true}
        label={`${copied ? sayCommon.copiedShort : props.button}: ${props.what}`}
        icon={copied ? 'check' : 'copy'}
      >
        {copied ? sayCommon.copiedShort : props.button}
      </Button>
    )
  return (
    <button type="button" className="ib copy" aria-label={label} title={label} onClick={press}>
      <Icon name={copied ? 'check' : 'copy'} />
      <output className="vh">{copied ? sayCommon.copied(props.what) : ''}</output>
    </button>
  )
}
