import type { Engine } from '../../main/engine/engine.ts'
import type { RootOutcome, RootStepResult, SetupItem } from '../../main/model/change.ts'
import type { ImageInfo } from '../../main/model/facts.ts'
import type { WizardState, WizardStep, WizardStepId } from '../../main/model/wizard.ts'
import { setupItems } from '../unit/cli/stand-in.ts'
import { wizardOf } from './wizard.ts'

/** A machine on its way through set-up: what is asked of it makes the next step possible. */
export interface Journey {
  readonly over: Partial<Engine>
  /** What the next prompt is answered with; by default the password is given. */
  answer: RootOutcome['kind'] | 'wait'
  /** Lets a prompt that waits be answered. */
  give(): void
  elevation: 'root' | 'sudo' | 'desktop' | undefined
  docker: boolean
  /** Images that cannot be had. */
  readonly unreachable: Set<string>
  /** What was asked: "setup tools,low-ports", "skip names", "pull …". */
  readonly asked: string[]
  ended: boolean
  /** Nobody was welcomed yet. */
  fresh: boolean
}

const images: readonly ImageInfo[] = [
  { service: 'ingress', title: 'Ingress', image: 'nginx:1.30.4-alpine', present: true, bytes: 21_000_000 },
  { service: 'grafana', title: 'Grafana', image: 'grafana/grafana:13.2.1', present: false },
  { service: 'timescaledb', title: 'TimescaleDB', image: 'timescale/timescaledb:2.29.2', present: false },
  { service: 'loki', title: 'Loki', image: 'grafana/loki:3.7.6', present: false },
]

/** A machine with Docker and nothing else; `running` tells whether services answer. */
export function journey(running: () => boolean): Journey {
  const applied = new Set<string>()
  const here = new Set(images.filter(({ present }) => present).map(({ image }) => image))
  const skipped = new Set<WizardStepId>()
  let refused = false
  let chosen: readonly string[] | null = null
  let prompted = (): void => undefined

  const items = (): readonly SetupItem[] =>
    setupItems.map((item) => ({
      ...item,
      state: applied.has(item.change.id) ? ('in place' as const) : ('to do' as const),
    }))
  const own = (id: WizardStepId): WizardStep['state'] => {
    const open = items().some(({ state }) => state === 'to do')
    switch (id) {
      case 'welcome':
        return one.fresh ? 'todo' : 'done'
      case 'cluster':
        return 'skipped'
      case 'before':
        return 'done'
      case 'docker':
      case 'network':
        return one.docker ? 'done' : id === 'docker' ? 'trouble' : 'waiting'
      case 'tools':
        return applied.has('tools') ? 'done' : 'waiting'
      case 'review':
        return open && !refused ? 'todo' : 'done'
      case 'password':
        return open ? (refused ? 'trouble' : 'todo') : 'done'
      case 'names':
        return open ? 'skipped' : 'done'
      case 'images':
        return images.every(({ image }) => here.has(image)) ? 'done' : 'todo'
      case 'start':
        return running() ? 'done' : 'todo'
      case 'done':
        return one.ended ? 'done' : 'todo'
    }
  }
  const state = (): WizardState => {
    const steps = wizardOf('nothing', new Set()).steps.map((step): WizardStep => {
      const found = own(step.id)
      const state = found !== 'done' && skipped.has(step.id) ? 'skipped' : found
      return {
        ...step,
        state,
        skippable: step.id !== 'docker' && step.id !== 'network' && step.id !== 'done',
      }
    })
    const at = steps.find(({ state }) => state === 'todo' || state === 'trouble')?.id ?? 'done'
    return { steps, at, chosen, first: !one.ended }
  }

  const one: Journey = {
    answer: 'done',
    give: () => prompted(),
    elevation: 'desktop',
    docker: true,
    unreachable: new Set(),
    asked: [],
    ended: false,
    fresh: false,
    over: {
      wizard: async () => state(),
      async skipStep(step, out) {
        one.asked.push(`${out ? 'skip' : 'take up'} ${step}`)
        if (out) skipped.add(step)
        else skipped.delete(step)
        return state()
      },
      async chooseRun(services, cluster) {
        one.asked.push(
          `choose ${services === 'all' ? 'all' : services.join(',')}${cluster ? ' and a cluster' : ''}`,
        )
        one.fresh = false
        chosen = services === 'all' ? null : services
        return state()
      },
      async endWizard() {
        one.ended = true
      },
      setupPlan: async () => items(),
      elevation: async () => one.elevation,
      async setup(changes, tell) {
        one.asked.push(`setup ${changes.map(({ id }) => id).join(',')}`)
        if (one.answer === 'wait')
          await new Promise<void>((resolve) => {
            prompted = () => {
              one.answer = 'done'
              resolve()
            }
          })
        if (one.answer === 'refused') {
          refused = true
          return { kind: 'refused', how: 'dismissed', says: 'The window for the password was closed.' }
        }
        refused = false
        const steps: RootStepResult[] = []
        for (const change of changes)
          for (const verb of change.verbs) {
            const target = verb.verb === 'file' ? verb.path : change.id
            const failed = one.answer === 'failed' && change.id === 'low-ports'
            const step = {
              change: change.id,
              verb: verb.verb,
              target,
              result: failed ? ('failed' as const) : ('done' as const),
              says: failed ? 'The disk is full.' : '',
            }
            steps.push(step)
            tell(step)
            if (failed) return { kind: 'failed', steps, says: 'The disk is full.' }
            applied.add(change.id)
          }
        return { kind: 'done', steps }
      },
      images: async () =>
        images.map((info) => ({
          ...info,
          present: here.has(info.image),
          ...(here.has(info.image) ? { bytes: 100_000_000 } : { download: 100_000_000 }),
        })),
      async pull(ids, tell) {
        one.asked.push(`pull ${ids.join(',')}`)
        const failed = []
        for (const info of images.filter(({ service }) => ids.includes(service))) {
          const { image, service } = info
          tell({
            kind: 'pull',
            ms: 1,
            progress: { image, phase: 'downloading', currentBytes: 40_000_000, totalBytes: 100_000_000 },
          })
          if (one.unreachable.has(image)) {
            const trouble = {
              kind: 'outside' as const,
              what: `The image ${image} cannot be pulled.`,
              why: 'The registry cannot be reached.',
              todo: 'Check the connection.',
            }
            failed.push({ service, trouble })
            tell({ kind: 'failed', ms: 2, service, trouble })
          } else {
            here.add(image)
            tell({ kind: 'pulled', ms: 2, image, tookMs: 1 })
          }
        }
        return { ok: failed.length === 0, done: [], failed, skipped: [], ms: 2 }
      },
    },
  }
  return one
}
