import type { BackupTaking } from '../backup.ts'
import type { Frame } from '../frame.ts'
import type { Fix } from '../ladder.ts'
import { sayList } from '../say.ts'
import type { SharedCause } from '../snapshot.ts'

type Titled = BackupTaking['stopped']

const ids = (all: Titled): readonly string[] => all.map(({ id }) => id)
const titles = (all: Titled): string =>
  sayList(
    all.map(({ title }) => title),
    8,
  )

/** The making of a snapshot that was cut: what it stopped is still stopped, what it started for a dump still runs. */
export function takingCause({ world }: Frame): SharedCause | undefined {
  const { taking } = world
  if (!taking || world.docker.kind !== 'up') return undefined
  const runs = (id: string): boolean => world.containers.get(id)?.state === 'running'
  const stopped = taking.stopped.filter(
    ({ id }) => world.wanted.has(id) && !runs(id) && !world.acting.has(id),
  )
  const started = taking.started.filter(({ id }) => runs(id))
  if (stopped.length === 0 && started.length === 0) return undefined
  const again = `maculactl snapshot create ${taking.name}`
  const says = [
    stopped.length === 0 ? '' : `${titles(stopped)} ${stopped.length === 1 ? 'is' : 'are'} still stopped`,
    started.length === 0 ? '' : `${titles(started)} still ${started.length === 1 ? 'runs' : 'run'}`,
  ]
  const reasons = [
    stopped.length === 0 ? '' : 'Files are copied while their service is stopped.',
    started.length === 0 ? '' : `${titles(started)} was started for its dump alone.`,
    'No snapshot came of it.',
  ]
  const up = `maculactl up ${ids(stopped).join(' ')}`
  const down = `maculactl down ${ids(started).join(' ')}`
  const fix: Fix | undefined =
    stopped.length === 0
      ? undefined
      : {
          label: `Start ${titles(stopped)}`,
          command: up,
          action: { kind: 'start', services: ids(stopped) },
        }
  return {
    id: 'taking',
    headline: {
      what: `The snapshot ${taking.name} was cut off while it was created: ${says.filter(Boolean).join(', ')}.`,
      why: reasons.filter(Boolean).join(' '),
      todo: [
        stopped.length === 0 ? '' : `${up} starts ${stopped.length === 1 ? 'it' : 'them'}.`,
        started.length === 0 ? '' : `${down} stops ${started.length === 1 ? 'it' : 'them'}.`,
        `${again} puts it right too, and creates the snapshot.`,
      ]
        .filter(Boolean)
        .join(' '),
      ...(fix ? { fix } : {}),
    },
    services: ids(stopped),
  }
}
