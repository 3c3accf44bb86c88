import { downloadOf, sayDownload } from '../../model/download.ts'
import { withNeeds } from '../../model/graph.ts'
import { meantOf } from '../../model/may.ts'
import { sayBytes, sayCount, sayList } from '../../model/say.ts'
import { tiers } from '../../model/service.ts'
import { allSets } from '../../model/sets.ts'
import type { WizardStep } from '../../model/wizard.ts'
import { waiting, type Face, type Session } from '../face.ts'
import { wrap } from '../layout.ts'

/** The five rungs, in the order in which a request travels: what `status` draws for each service. */
const rungs = [
  ['N', 'Name', 'grafana.macula.local is found'],
  ['A', 'Address', 'it resolves to an address of this machine'],
  ['F', 'Forwarder', 'the port there is forwarded into Docker'],
  ['C', 'Container', 'Docker runs it'],
  ['S', 'Service', 'its program answers'],
] as const

/**
 * What runs and what it costs, how a row is read, and the choice of what to run. Resolves with false when the person stops
 * here; nothing was changed then.
 */
export async function welcome(face: Face, session: Session, step: WizardStep): Promise<boolean> {
  const { engine } = session
  const { paint } = face.err.style()
  const width = Math.min(face.err.style().width, 110)
  const images = await waiting(
    face,
    'Asking the registries for image sizes',
    engine.images().catch(() => []),
  )
  const { services } = engine.catalog()
  face.err.lines([
    ...wrap(step.what, width, '', ''),
    ...wrap([sayDownload(images), step.why].filter((part) => part !== '').join(' '), width, '', ''),
    '',
    'How to read a service; the first rung that is not green is where to look:',
    ...rungs.map(
      ([letter, title, says]) => `  ${paint.bold(letter)}  ${title.padEnd(10)} ${paint.dim(says)}`,
    ),
    '',
  ])
  const all = meantOf(services, 'pull')
  /** What is still to be fetched for some of them: " (300 MB to download …)"; empty when nothing is, or nobody knows. */
  const price = (ids: readonly string[]): string => {
    const { bytes, minutes } = downloadOf(images.filter(({ service }) => ids.includes(service)))
    return bytes === 0 ? '' : ` (${sayBytes(bytes)} to download, about ${minutes} min)`
  }
  const sets = allSets(engine.settings.sets, services).flatMap((set) => {
    const ids = set.services.map(({ id }) => id).filter((id) => all.includes(id))
    return ids.length === 0 ? [] : [{ value: `@${set.name}`, run: withNeeds(services, ids) }]
  })
  const titles = (ids: readonly string[]): readonly string[] =>
    services.filter(({ id }) => ids.includes(id)).map(({ title }) => title)
  const answer = await face.host.ask.one({
    message: 'What should run?',
    options: [
      { value: 'all', label: `Everything: ${sayCount(all.length, 'service')}${price(all)}` },
      ...sets.map(({ value, run }) => ({
        value,
        label: `The set ${value.slice(1)}: ${sayList(titles(run), 6)}${price(run)}`,
      })),
      { value: 'some', label: 'Only some tiers…' },
      { value: 'stop', label: 'Stop here' },
    ],
  })
  if (answer === 'all') {
    await engine.chooseRun('all', false)
    return true
  }
  const set = sets.find(({ value }) => value === answer)
  if (set !== undefined) {
    await engine.chooseRun(set.run.length === all.length ? 'all' : set.run, false)
    return true
  }
  if (answer !== 'some') return false
  const chosen = await face.host.ask.some({
    message: 'Which tiers? What they need comes with them.',
    options: tiers.flatMap(({ id, title }) => {
      const mine = services.filter((one) => one.tier === id && all.includes(one.id))
      return mine.length === 0
        ? []
        : [{ value: id, label: `${title}: ${mine.map((one) => one.title).join(', ')}` }]
    }),
  })
  if (chosen === undefined || chosen.length === 0) return false
  const ids = services.filter(({ id, tier }) => all.includes(id) && chosen.includes(tier)).map(({ id }) => id)
  const run = withNeeds(services, ids)
  await engine.chooseRun(run.length === all.length ? 'all' : ids, false)
  return true
}
