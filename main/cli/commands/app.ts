import { resolve } from 'node:path'
import type { AppRead } from '../../model/added-app.ts'
import { MaculaError } from '../../model/errors.ts'
import { waiting, withEngine, writeJson, type Face, type Session } from '../face.ts'
import { canAsk } from '../host.ts'
import { wrap } from '../layout.ts'
import { stateSign } from '../style.ts'
import { carryOut } from './run.ts'

export interface AppFlags {
  readonly id?: string
  readonly cluster?: string
  readonly follow?: boolean
  readonly look?: boolean
  readonly data?: boolean
  readonly leave?: boolean
  readonly yes?: boolean
}

/** What was read of a folder, a line each. */
function linesOf(read: AppRead): readonly (readonly [string, string])[] {
  const line = (name: string, all: readonly string[], none = ''): readonly [string, string][] =>
    all.length > 0 ? [[name, all.join(', ')]] : none === '' ? [] : [[name, none]]
  return [
    ['folder', read.path],
    ['cluster', read.cluster],
    ...line('namespaces', read.namespaces),
    ...line('hosts', read.hosts, 'none in these files: its pods show whether it works'),
    ...line('pods', read.pods, 'none in these files'),
    ...line('images', read.images),
    ...line('ports', read.ports),
    ...line('replaces', read.replaces),
  ]
}

async function add(face: Face, { engine, clean }: Session, word: string, flags: AppFlags): Promise<number> {
  const isLook = flags.look === true
  const wish = {
    path: resolve(word),
    id: flags.id ?? '',
    cluster: flags.cluster ?? '',
    follow: flags.follow === true,
  }
  const read = await waiting(
    face,
    `Reading ${clean.text(wish.path)}`,
    engine.takeApp(wish, isLook ? 'read' : 'add'),
  )
  if (face.json) {
    const { appJson } = await import('../json/app.ts')
    await writeJson(face.out, clean.concealDeep(appJson(read, !isLook)), 'whole')
    return 0
  }
  const style = face.out.style()
  const { paint } = style
  face.out.line(
    `${stateSign(style, isLook ? 'unknown' : 'works')} ${paint.bold(clean.text(read.title))} (${read.id})`,
  )
  for (const [name, says] of linesOf(read))
    face.out.lines(
      wrap(clean.text(says), Math.min(style.width, 110), '             ', `  ${name.padEnd(11)}`),
    )
  for (const note of read.notes)
    face.out.lines(wrap(clean.text(note), Math.min(style.width, 110), '  ', '  '))
  face.err.line(
    isLook
      ? 'Nothing was added.'
      : `The folder is used in place: maculactl up ${read.id} applies it.${read.follow ? ' From then on changes are applied by themselves, while a window, the tray or status --watch runs.' : ' Run that again after a change.'}`,
  )
  return 0
}

async function list(face: Face, { engine, clean }: Session): Promise<number> {
  const all = await engine.ownApps()
  if (face.json) {
    const { appsJson } = await import('../json/app.ts')
    await writeJson(face.out, clean.concealDeep(appsJson(all)), 'whole')
    return all.some(({ problem }) => problem !== undefined) ? 1 : 0
  }
  if (all.length === 0)
    face.err.line('No application was added yet. maculactl app add PATH adds a folder of manifests.')
  const style = face.out.style()
  for (const { id, added, problem } of all) {
    const follow = added.follow ? ', followed' : ''
    face.out.line(
      `${stateSign(style, problem === undefined ? 'works' : 'failed')} ${style.paint.bold(id)}  ${style.paint.dim(`in ${added.cluster || 'the first cluster'}${follow}`)}`,
    )
    // A path is copied as a whole: it stands alone, and is never broken.
    face.out.line(`  ${clean.text(added.path)}`)
    if (problem !== undefined)
      face.out.lines(wrap(clean.text(problem), Math.min(style.width, 110), '  ', '  '))
  }
  return all.some(({ problem }) => problem !== undefined) ? 1 : 0
}

async function agree(face: Face, session: Session, word: string, flags: AppFlags): Promise<void> {
  const found = (await session.engine.ownApps()).find(({ id, added }) => id === word || added.path === word)
  if (flags.yes === true || !found) return
  const what = `Remove ${session.clean.text(found.title)}?`
  const goes =
    flags.leave === true
      ? 'its objects stay in the cluster'
      : `its objects in the cluster are deleted${flags.data === true ? ', its data too' : ', but not its data'}`
  if (!canAsk(face.host))
    throw new MaculaError({
      kind: 'usage',
      what: `${session.clean.text(found.title)} was not removed: that needs a confirmation, and this is not a terminal.`,
      why: `When it is removed, ${goes}; its folder is left alone.`,
      todo: `Run maculactl app remove ${found.id} --yes`,
    })
  const answer = await face.host.ask.one({
    message: what,
    options: [
      { value: 'leave', label: 'Leave it' },
      { value: 'go', label: 'Remove it', hint: `${goes}; its folder is left alone` },
    ],
  })
  if (answer !== 'go')
    throw new MaculaError({ kind: 'refused', what: 'Nothing was removed. Everything is as it was.' })
}

/** Adds, lists or removes applications that are used where they lie. */
export async function app(face: Face, words: readonly string[], flags: AppFlags): Promise<number> {
  const [verb = '', word] = words
  return await withEngine(face, async (session) => {
    if (verb === 'list') return await list(face, session)
    if (word === undefined || word === '')
      throw new MaculaError({
        kind: 'usage',
        what: `Which one? maculactl app ${verb} needs ${verb === 'add' ? 'a path' : 'an id'}.`,
        todo: verb === 'add' ? 'maculactl app add ~/src/shop/k8s' : 'maculactl app list lists them.',
      })
    if (verb === 'add') return await add(face, session, word, flags)
    const all = await session.engine.ownApps()
    const known = all.some(({ id }) => id === word) ? word : resolve(word)
    const named = all.some(({ added }) => added.path === known) ? known : word
    await agree(face, session, named, flags)
    return await carryOut(face, session, {
      command: 'down',
      resume: `maculactl app remove ${word}`,
      work: async (tell) =>
        await session.engine.forgetApp(
          named,
          { data: flags.data === true, leave: flags.leave === true },
          tell,
        ),
    })
  })
}
