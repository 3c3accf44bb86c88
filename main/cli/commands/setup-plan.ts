import type { SetupItem } from '../../model/change.ts'
import { sayCount, sayList } from '../../model/say.ts'
import { drawChange, type Present } from '../draw/change.ts'
import type { Face, Session } from '../face.ts'
import { wrap } from '../layout.ts'
import { stateSign } from '../style.ts'
import { unknownWords } from '../targets.ts'
import { sentence } from '../../model/say.ts'
import { addressesLines } from './without.ts'

async function readPresent(face: Face, items: readonly SetupItem[]): Promise<Present> {
  const present = new Map<string, string>()
  for (const { change } of items)
    for (const verb of change.verbs)
      if (verb.verb === 'file' || verb.verb === 'remove') {
        const text = await face.host.readText(verb.path)
        if (text !== undefined) present.set(verb.path, text)
      }
  return present
}

/** The commands for people who prefer to type them. */
export function commandsOf(session: Session, items: readonly SetupItem[]): readonly string[] {
  const { clean } = session
  return items.flatMap(({ change }, index) => [
    ...(index === 0 ? [] : ['']),
    `# ${clean.text(change.title)}`,
    ...change.commands.flatMap((command) => command.split('\n').map(clean.text)),
  ])
}

/** How root is asked for. Whether a password is asked is sudo's or the desktop's own matter, and known only by then. */
export function sayPrompt(elevation: Awaited<ReturnType<Session['engine']['elevation']>>): string {
  switch (elevation) {
    case 'root':
      return 'You are root, so no password is needed.'
    case 'sudo':
      return 'sudo makes the changes; it may ask for your password, once. Nothing keeps running as root afterwards.'
    case 'desktop':
      return 'Your desktop lets root make the changes; it may ask for your password, once. Nothing keeps running as root afterwards.'
    case undefined:
      return 'There is no way to ask for your password here: neither sudo nor a polkit agent was found.'
  }
}

/** What to do, without what the person left out; an id that means nothing is an error. */
export function wantedItems(items: readonly SetupItem[], skip: readonly string[]): readonly SetupItem[] {
  const known = items.map((item) => item.change.id)
  const unknown = skip.filter((id) => !known.includes(id))
  if (unknown.length > 0) throw unknownWords('step', unknown, known)
  return items.filter((item) => item.state === 'to do' && !skip.includes(item.change.id))
}

/** Asks once; undefined: the person changes nothing. */
export async function choose(
  face: Face,
  { clean }: Session,
  items: readonly SetupItem[],
): Promise<readonly SetupItem[] | undefined> {
  const chosen = await face.host.ask.some({
    message: 'Which of these changes should be made? Enter makes what is chosen, n or Esc changes nothing.',
    options: items.map(({ change }) => ({ value: change.id, label: clean.text(change.title) })),
  })
  if (chosen === undefined || chosen.length === 0) return undefined
  return items.filter((item) => chosen.includes(item.change.id))
}

/** Every change that is to be made as it will be written, then what is in place and what is left out. */
export async function drawPlan(
  face: Face,
  { clean }: Session,
  items: readonly SetupItem[],
  todo: readonly SetupItem[],
): Promise<readonly string[]> {
  const style = face.out.style()
  const { paint } = style
  const lines: string[] = []
  if (todo.length > 0) {
    const present = await readPresent(face, todo)
    lines.push(paint.bold(`${sayCount(todo.length, 'change')} of this machine, each as it will be written:`))
    for (const [index, item] of todo.entries())
      lines.push('', ...drawChange(style, clean, item, index + 1, present))
    lines.push('')
  }
  const place = items.filter((item) => item.state === 'in place')
  for (const item of place)
    lines.push(
      ...wrap(
        `${clean.text(item.change.title)}: in place. ${sentence(clean.text(item.says))}`,
        Math.min(style.width, 110),
        '  ',
        `${stateSign(style, 'works')} `,
      ),
    )
  const left = items.filter((item) => item.state === 'to do' && !todo.includes(item))
  if (left.length > 0)
    lines.push(`${stateSign(style, 'stopped')} Left out: ${sayList(left.map((item) => item.change.id))}.`)
  const blocked = items.filter((item) => item.state === 'blocked')
  for (const item of blocked)
    lines.push(
      ...wrap(
        `${clean.text(item.change.title)}: not possible here. ${sentence(clean.text(item.says))}`,
        Math.min(style.width, 110),
        '  ',
        `${stateSign(style, 'failed')} `,
      ),
    )
  if (todo.length === 0 && left.length === 0 && blocked.length === 0)
    lines.push(paint.bold('Everything is in place already. Nothing was changed.'))
  return lines
}

/** Says that all is as before, what still works, and how to do it by hand. Exit 3. */
export function refused(face: Face, session: Session, todo: readonly SetupItem[], says: string): 3 {
  const { clean } = session
  const style = face.err.style()
  face.err.lines([
    ...(says === '' ? [] : wrap(clean.text(says), Math.min(style.width, 110))),
    ...addressesLines(style, session),
    '',
    'The same by hand:',
    ...commandsOf(session, todo).map((line) => (line === '' ? '' : `  ${line}`)),
  ])
  return 3
}
