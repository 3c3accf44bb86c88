import { useState, type ReactNode } from 'react'
import { Icon } from '../../parts/icon.tsx'
import { sayAbout } from '../../words/about.ts'

/** A line that opens a text; the text is read when it is opened first. */
export function Opened(props: {
  readonly title: ReactNode
  readonly read: () => Promise<string>
}): ReactNode {
  const [text, setText] = useState<string | null>(null)
  const [isOpen, setOpen] = useState(false)
  const open = (next: boolean): void => {
    setOpen(next)
    if (!next || (text !== null && text !== sayAbout.unread)) return
    props.read().then(setText, () => setText(sayAbout.unread))
  }
  return (
    <details onToggle={(event) => open(event.currentTarget.open)}>
      <summary>
        <Icon name="right" small />
        <span>{props.title}</span>
      </summary>
      {isOpen ? <pre>{text ?? sayAbout.loading}</pre> : null}
    </details>
  )
}
