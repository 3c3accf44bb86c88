import {
  useEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
  type SyntheticEvent,
} from 'react'
import { Autocomplete } from 'react-aria-components/Autocomplete'
import { Dialog } from 'react-aria-components/Dialog'
import { Header } from 'react-aria-components/Header'
import { Input } from 'react-aria-components/Input'
import { ListBox, ListBoxItem, ListBoxSection } from 'react-aria-components/ListBox'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { SearchField } from 'react-aria-components/SearchField'
import { Icon } from '../../parts/icon.tsx'
import { StateShape } from '../../parts/state-shape.tsx'
import { useActions, useShellState } from '../../store/use-shell.ts'
import { sayPalette } from '../../words/palette.ts'
import { entriesFor } from './entries.ts'
import type { Entry } from './entry.ts'
import '../../styles/palette.css'

const groups = ['services', 'actions', 'elsewhere'] as const
const focusAtOnce = { autoFocus: true } as const

/** The pattern of a field with a list below it, which is always there: the keys stay in the field and lead through the list. */
const opensList = { role: 'combobox', 'aria-haspopup': 'listbox', 'aria-expanded': true } as const

/** Find or run: every service and everything that can be done, by typing. `typed`: what stands in its field at first. */
export function Palette({ typed }: { readonly typed: string }): ReactNode {
  const actions = useActions()
  const snapshot = useShellState((state) => state.shown)
  const mac = useShellState((state) => state.about?.platform === 'darwin')
  const [query, setQuery] = useState(typed)
  const place = useShellState((state) => state.place)
  const sets = useShellState((state) => state.settings?.settings.sets)
  const entries = useMemo(
    () => entriesFor(query, snapshot, actions, { mac, place, sets }),
    [query, snapshot, actions, mac, place, sets],
  )
  const latest = useRef(entries)
  useEffect(() => {
    latest.current = entries
  }, [entries])
  const close = (): void => actions.ask(null)
  /** The library selects what stands in a field that it gives the focus to; who was typing goes on behind it. */
  const keepTyping = ({ currentTarget: field }: SyntheticEvent<HTMLInputElement>): void => {
    if (field.value === typed && field.selectionStart === 0)
      field.setSelectionRange(typed.length, typed.length)
  }
  const run = (entry: Entry | undefined): void => {
    if (entry === undefined) return
    close()
    entry.run()
  }
  /** Before the library's own keys: Ctrl Enter leads to the details, Enter runs what is marked. */
  const onKey = (event: KeyboardEvent): void => {
    // An input method takes what it proposes by it; nothing is run by that.
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      close()
    }
    if (event.key !== 'Enter') return
    event.preventDefault()
    event.stopPropagation()
    const toDetails = event.ctrlKey || event.metaKey
    const take = (chosen: Entry): void => {
      if (!toDetails) run(chosen)
      else if (chosen.service !== undefined) actions.go({ view: 'services', service: chosen.service })
    }
    const chosen = markedEntry(latest.current)
    if (chosen !== undefined) take(chosen)
    // Typed faster than it is drawn: what gets marked for it is what was meant. Nothing typed marks nothing.
    else if (query.trim() !== '') whenMarked(() => markedEntry(latest.current), take, markFirst)
  }
  // The library marks while one types on. What stood in the field from the beginning, was pasted or is left after a deletion
  // marks nothing by itself.
  useEffect(() => (query.trim() === '' ? undefined : afterFrames(MARK_FRAMES, markFirst)), [query])
  return (
    <ModalOverlay
      className="scrim"
      isOpen
      isDismissable
      onOpenChange={(open) => {
        if (!open) close()
      }}
    >
      <Modal className="pal">
        <Dialog className="palbody" aria-label={sayPalette.label}>
          <Autocomplete inputValue={query} onInputChange={setQuery}>
            <div className="q" role="presentation" onKeyDownCapture={onKey}>
              <Icon name="search" />
              <SearchField className="qfield" aria-label={sayPalette.label} {...focusAtOnce}>
                <Input
                  {...opensList}
                  placeholder={sayPalette.placeholder}
                  spellCheck={false}
                  onSelect={keepTyping}
                />
              </SearchField>
            </div>
            <ListBox
              className="found"
              aria-label={sayPalette.label}
              selectionMode="none"
              onAction={(key) => run(entries.find((entry) => entry.id === key))}
            >
              {groups.map((group) => {
                const mine = entries.filter((entry) => entry.group === group)
                return mine.length === 0 ? null : (
                  <ListBoxSection key={group} id={`group ${group}`} aria-label={sayPalette.groups[group]}>
                    <Header className="head">{sayPalette.groups[group]}</Header>
                    {mine.map((entry) => (
                      <ListBoxItem key={entry.id} id={entry.id} textValue={entry.text} className="entry">
                        <EntryRow entry={entry} />
                      </ListBoxItem>
                    ))}
                  </ListBoxSection>
                )
              })}
            </ListBox>
          </Autocomplete>
          <footer>
            <span>
              <kbd className="kbd">↑</kbd> <kbd className="kbd">↓</kbd> {sayPalette.choose}
            </span>
            <span>
              <kbd className="kbd">Enter</kbd> {sayPalette.run}
            </span>
            <span>
              <kbd className="kbd">Esc</kbd> {sayPalette.close}
            </span>
            <button type="button" className="all" onClick={() => actions.ask({ kind: 'keys' })}>
              <kbd className="kbd">?</kbd> {sayPalette.allKeys}
            </button>
          </footer>
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}

/** The entry that is drawn as chosen; nothing else is ever run by a key. */
function markedEntry(entries: readonly Entry[]): Entry | undefined {
  const marked = document.querySelector('.pal .entry[data-focused]')?.getAttribute('data-key')
  return entries.find((entry) => entry.id === marked)
}

/** Marks the first entry where none is, by the key that a person would press for it. */
function markFirst(): void {
  if (document.querySelector('.pal .entry[data-focused]') !== null) return
  document
    .querySelector('.pal input')
    ?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true, cancelable: true }))
}

/** The library's own mark is drawn by then. */
const MARK_FRAMES = 3

/** Calls after some frames, unless the returned undo was called before. */
function afterFrames(frames: number, call: () => void): () => void {
  let left = frames
  let next = 0
  const look = (): void => {
    left -= 1
    if (left < 0) call()
    else next = requestAnimationFrame(look)
  }
  look()
  return () => cancelAnimationFrame(next)
}

/** Frames that a mark may take to be drawn. */
const MOST_FRAMES = 30

/** Takes what gets marked in the next frames. When nothing does, the first is marked and left for another press. */
function whenMarked(marked: () => Entry | undefined, take: (entry: Entry) => void, mark: () => void): void {
  let left = MOST_FRAMES
  const look = (): void => {
    const entry = marked()
    left -= 1
    if (entry !== undefined) take(entry)
    else if (document.querySelector('.pal') === null) return
    else if (left > 0) requestAnimationFrame(look)
    else mark()
  }
  requestAnimationFrame(look)
}

function EntryRow({ entry }: { readonly entry: Entry }): ReactNode {
  const { text, fit, mark } = entry
  const { from, to } = fit
  return (
    <>
      {'state' in mark ? <StateShape state={mark.state} /> : <Icon name={mark.icon} />}
      <span className="cut" dir="auto">
        {from === undefined || to === undefined ? (
          text
        ) : (
          <>
            {text.slice(0, from)}
            <b>{text.slice(from, to)}</b>
            {text.slice(to)}
          </>
        )}
      </span>
      <span className="r">
        {entry.detail === undefined ? null : <span className="cut">{entry.detail}</span>}
        {entry.key === undefined ? null : <kbd className="kbd">{entry.key}</kbd>}
      </span>
    </>
  )
}
