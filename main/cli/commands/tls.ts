import type { Engine } from '../../engine/engine.ts'
import { MaculaError } from '../../model/errors.ts'
import { sayForward } from '../../model/run.ts'
import { dayOf, type TlsApplied, type TlsView } from '../../model/tls.ts'
import { unwatched, waiting, withEngine, writeJson, type Face } from '../face.ts'
import { canAsk } from '../host.ts'
import { wrap } from '../layout.ts'
import { stateSign } from '../style.ts'

export interface TlsFlags {
  readonly newCa?: boolean
  readonly removeCa?: boolean
}

/** Shows TLS of the clean URLs, or turns it on or off. */
export async function tls(face: Face, words: readonly string[], flags: TlsFlags): Promise<number> {
  const [verb = 'status'] = words
  if (flags.newCa === true && verb !== 'on')
    throw new MaculaError({ kind: 'usage', what: '--new-ca belongs to maculactl tls on.' })
  if (flags.removeCa === true && verb !== 'off')
    throw new MaculaError({ kind: 'usage', what: '--remove-ca belongs to maculactl tls off.' })
  if (verb === 'status')
    return await withEngine(face, async ({ engine }) => {
      const view = await engine.tls()
      await show(face, view, engine.settings.suffix)
      return view.on && view.trouble ? 1 : 0
    })
  // All that is done with it is done by an engine of the new setting.
  await withEngine(face, async ({ engine, save }) => {
    if (engine.settings.tls !== (verb === 'on')) await save({ tls: verb === 'on' })
    return 0
  })
  return await withEngine(face, async ({ engine, clean }) => {
    const notes: string[] = []
    const applied = await waiting(
      face,
      verb === 'on' ? 'Creating certificates' : 'Turning TLS off',
      unwatched(
        face,
        async () =>
          await engine.applyTls({ newAuthority: flags.newCa === true }, (event) => {
            if (event.kind === 'note') notes.push(event.says)
            if (event.kind === 'forward' && !event.ok) notes.push(sayForward(event))
          }),
      ),
    )
    for (const says of notes) face.err.line(clean.text(says))
    const removed =
      verb === 'off' && (await wantsRemoved(face, applied, flags))
        ? await engine.removeAuthority()
        : undefined
    const { authority: _gone, ...rest } = applied
    await show(face, removed === undefined ? applied : rest, engine.settings.suffix, removed)
    if (!face.json) face.err.lines(sayTrust(applied.on, await isTrusted(engine)))
    return applied.on && applied.trouble ? 1 : 0
  })
}

/** Whether set-up made this machine trust an authority of ours. */
async function isTrusted(engine: Engine): Promise<boolean> {
  const entries = await engine.ledger().catch(() => [])
  return entries.some(
    ({ change, state, others }) => change === 'trust' && state === 'applied' && others !== true,
  )
}

/** What is left to do about trust, if anything. */
function sayTrust(on: boolean, trusted: boolean): readonly string[] {
  if (on && !trusted) return ['Run maculactl setup, so that programs and browsers on this machine trust it.']
  if (!on && trusted) return ['This machine still trusts the authority; maculactl undo trust removes it.']
  return []
}

/** Whether the authority goes too: as told, else as a person says; kept where nobody can be asked. */
async function wantsRemoved(face: Face, view: TlsView, flags: TlsFlags): Promise<boolean> {
  if (flags.removeCa === true) return true
  if (!view.authority || face.json || !canAsk(face.host)) return false
  const answer = await face.host.ask.one({
    message: 'Keep the authority with its key?',
    options: [
      { value: 'keep', label: 'Keep it', hint: 'TLS can be turned on again without trusting it anew' },
      { value: 'remove', label: 'Remove it', hint: 'its certificates can no longer be renewed' },
    ],
  })
  return answer === 'remove'
}

async function show(
  face: Face,
  view: TlsView | TlsApplied,
  suffix: string,
  removed?: readonly string[],
): Promise<void> {
  const kept = 'keptAside' in view ? view.keptAside : []
  if (face.json) {
    const { tlsJson } = await import('../json/tls.ts')
    await writeJson(face.out, tlsJson(view, removed ?? kept), 'whole')
    return
  }
  const style = face.out.style()
  const width = Math.min(style.width, 110)
  const { authority, leaf, trouble } = view
  const sign = stateSign(style, trouble && view.on ? 'degraded' : view.on ? 'works' : 'stopped')
  const head = view.on
    ? `TLS is on: names under ${suffix} have https beside http.`
    : 'TLS is off: clean URLs have http only.'
  const ends =
    leaf === undefined
      ? ''
      : `The certificate for ${leaf.names.length} names ends on ${dayOf(leaf.notAfter)} and is renewed before then.`
  face.out.lines([
    ...wrap(head, width, '  ', `${sign} `),
    ...[
      trouble?.what,
      trouble?.why,
      trouble?.todo,
      ends,
      authority &&
        `${authority.subject} can vouch for names under ${authority.domains.join(' and ')} only, not for addresses, until ${dayOf(authority.notAfter)}.`,
      authority &&
        removed === undefined &&
        `Its certificate, for programs that should trust it: ${authority.file}`,
      'serves' in view && view.on && !view.serves
        ? 'The ingress does not run; it serves https when it is started: maculactl up ingress'
        : undefined,
      ...kept.map((path) => `The previous authority is kept as ${path}.`),
      removed === undefined
        ? undefined
        : removed.length === 0
          ? 'There was no authority to remove.'
          : `Removed: ${removed.join(', ')}`,
    ].flatMap((text) => (text === undefined || text === false || text === '' ? [] : wrap(text, width, '  '))),
  ])
}
