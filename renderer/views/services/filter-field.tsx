import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { Icon } from '../../parts/icon.tsx'
import { useActions, useShellState } from '../../store/use-shell.ts'
import { sayServices } from '../../words/services.ts'

/** Shows only rows that fit what is typed; it stands in the address, so that Back and a reload keep it. */
export function FilterField(props: {
  /** It is shown because it was asked for, and takes the keyboard. */
  readonly focus: boolean
  readonly onLeft: () => void
}): ReactNode {
  const field = useRef<HTMLInputElement>(null)
  const { focus } = props
  useEffect(() => {
    if (!focus) return undefined
    // The menu that it was chosen in gives the keyboard back to its button first, a frame after it is gone.
    let frames = 4
    let frame = requestAnimationFrame(function next() {
      frames -= 1
      if (frames === 0) field.current?.focus()
      else frame = requestAnimationFrame(next)
    })
    return () => cancelAnimationFrame(frame)
  }, [focus])
  const actions = useActions()
  const filter = useShellState((state) => state.place.search ?? '')
  const change = (search: string): void =>
    actions.go({ view: 'services', ...(search === '' ? {} : { search }), adjusts: true })
  const onKey = (event: KeyboardEvent): void => {
    const leaves = event.key === 'ArrowDown' || event.key === 'Enter'
    if ((!leaves && event.key !== 'Escape') || event.nativeEvent.isComposing) return
    event.preventDefault()
    if (event.key === 'Escape' && filter !== '') change('')
    else enterList()
  }
  return (
    <label className="filter">
      <Icon name="search" small />
      <input
        ref={field}
        type="search"
        className="field"
        data-search
        aria-label={sayServices.filter}
        placeholder={sayServices.filterShort}
        title={sayServices.filterSays}
        spellCheck={false}
        value={filter}
        onChange={(event) => change(event.target.value)}
        onKeyDown={onKey}
        onBlur={props.onLeft}
      />
    </label>
  )
}

/** The first service that is shown, else the list. */
function enterList(): void {
  const list = document.querySelector<HTMLElement>('.listkeys [role="treegrid"]')
  ;(list?.querySelector<HTMLElement>('.row[role="row"]') ?? list)?.focus()
}
