/** What a Fix button does, of each kind of fix. */
import type { Fix } from '../main/model/ladder.ts'
import type { Doing } from './doing.ts'
import type { Shell } from './store/shell.ts'
import { newToken } from './token.ts'
import { sayActions } from './words/actions.ts'
import { sayDeed, sayResult } from './words/deeds.ts'

export interface Mending {
  readonly fix: (fix: Fix) => void
  /** Ends who has a port, after the question. */
  readonly releaseNow: (fix: Fix) => void
}

/** The actions of fixes; starting and restarting are those of a service's own buttons. */
export function createMending(
  shell: Shell,
  { attempt, nameOf, repaired, run, told }: Doing,
  { start, restart }: Readonly<Record<'start' | 'restart', (ids: readonly string[]) => void>>,
): Mending {
  const { store } = shell
  return {
    fix: (fix) => {
      const { action } = fix
      switch (action.kind) {
        case 'start':
          if (action.anew !== true) return start(action.services)
          return run(
            sayActions.fixFailed(fix.label),
            shell.expect(action.services, 'starting'),
            async (name) =>
              await shell.request('fix', {
                run: name,
                action: { ...action, services: [...action.services] },
              }),
            { label: fix.label, says: (result) => sayResult(result, 'start', nameOf) },
            'aloud',
          )
        case 'restart':
          return restart(action.services)
        case 'forward':
          return run(
            sayActions.fixFailed(fix.label),
            undefined,
            async (name) => await shell.request('fix', { run: name, action: { kind: 'forward' } }),
            { label: fix.label, says: repaired() },
            'aloud',
          )
        case 'release':
          return store.setState({ asking: { kind: 'release', fix } })
        case 'route':
          return run(
            sayActions.fixFailed(fix.label),
            undefined,
            async (name) => await shell.request('fix', { run: name, action }),
            { label: fix.label, says: repaired() },
            'aloud',
          )
        case 'engine':
          return run(
            sayActions.fixFailed(fix.label),
            undefined,
            async (name) => await shell.request('fix', { run: name, action: { kind: 'engine' } }),
            {
              label: fix.label,
              says: () => {
                const docker = store.getState().snapshot?.docker
                return docker?.kind === 'up' ? sayDeed.dockerUp(docker.version) : sayDeed.dockerAnswers
              },
            },
            'aloud',
          )
        case 'setup':
          return store.setState({ place: { view: 'wizard', step: 'review', changes: action.changes } })
        case 'logs':
          return store.setState({ place: { view: 'logs', service: action.service } })
        case 'subnet':
          return attempt(sayActions.fixFailed(fix.label), async () => {
            await told(newToken(), fix.label, async () => {
              store.setState({ settings: await shell.request('saveSettings', { subnet: action.subnet }) })
              return { value: null, ok: true, says: sayDeed.saved }
            })
          })
        case 'none':
          return store.setState({
            note: {
              kind: 'told',
              title: fix.label,
              what: fix.label,
              why: '',
              todo: '',
              command: fix.command,
            },
          })
      }
    },
    releaseNow: (fix) => {
      const { action } = fix
      store.setState({ asking: null })
      if (action.kind !== 'release') return
      run(
        sayActions.fixFailed(fix.label),
        undefined,
        async (name) => await shell.request('fix', { run: name, action }),
        { label: fix.label, says: repaired() },
        'aloud',
      )
    },
  }
}
