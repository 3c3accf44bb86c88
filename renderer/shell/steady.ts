/**
 * A press does what its button said when the press began. What is shown changes under one's fingers: Stop becomes Start as
 * soon as the last service of a tier has stopped, and the same press, or the next of a key that is held, would do the
 * opposite. Numbers in a name may move.
 */
export function keepPressesSteady(page: Document): () => void {
  let begun: { readonly button: HTMLButtonElement; readonly name: string } | undefined
  let last: { readonly button: HTMLButtonElement; readonly name: string } | undefined
  const nameOf = (button: HTMLButtonElement): string =>
    (button.getAttribute('aria-label') ?? button.textContent).replace(/\d+/g, '#')
  const buttonOf = ({ target }: Event): HTMLButtonElement | null =>
    target instanceof Element ? target.closest('button') : null
  const begin = (button: HTMLButtonElement | null): void => {
    begun = button ? { button, name: nameOf(button) } : undefined
  }
  const onPointer = (event: Event): void => begin(buttonOf(event))
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    const button = buttonOf(event)
    if (!event.repeat) begin(button)
    // A held key presses once.
    else if (button) drop(event)
  }
  const onClick = (event: MouseEvent): void => {
    const was = begun
    const before = last
    begun = undefined
    last = undefined
    const button = buttonOf(event)
    if (!button) return
    if (was && button === was.button && nameOf(button) !== was.name) return drop(event)
    // The second click of a double click means what the first one did.
    const again = event.detail > 1 && before?.button === button
    if (again && nameOf(button) !== before.name) return drop(event)
    last = { button, name: nameOf(button) }
  }
  // The first press of a double click may have led elsewhere: the second would mark all words of what is there now.
  let pressed: EventTarget | null = null
  const onMouse = (event: MouseEvent): void => {
    if (event.detail > 1 && pressed instanceof Element && !pressed.isConnected) event.preventDefault()
    else pressed = event.target
  }
  page.addEventListener('mousedown', onMouse, true)
  page.addEventListener('pointerdown', onPointer, true)
  page.addEventListener('keydown', onKey, true)
  page.addEventListener('click', onClick, true)
  return () => {
    page.removeEventListener('mousedown', onMouse, true)
    page.removeEventListener('pointerdown', onPointer, true)
    page.removeEventListener('keydown', onKey, true)
    page.removeEventListener('click', onClick, true)
  }
}

function drop(event: Event): void {
  event.preventDefault()
  event.stopImmediatePropagation()
}
