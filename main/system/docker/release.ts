import { execFile } from 'node:child_process'
import type { ReleaseAdapter } from '../../engine/adapters.ts'
import { inert } from '../../model/atoms.ts'
import { MaculaError } from '../../model/errors.ts'
import { toolEnvironment } from '../host/environment.ts'
import { openLink, within } from './link.ts'
import { dockerTrouble } from './trouble.ts'

/** Docker gives a container 10 s of its own, or what it says itself. */
const STOP_DEADLINE_MS = 60_000
const UNIT_DEADLINE_MS = 100_000

/** Ends what a person was shown by its name and said yes to; nothing is removed. */
export function openRelease(
  setting: string,
  env: Readonly<Record<string, string | undefined>>,
): ReleaseAdapter {
  return {
    async container(name) {
      const { long } = await openLink(setting, env)
      try {
        await within(
          STOP_DEADLINE_MS,
          async (abortSignal) => await long.getContainer(name).stop({ abortSignal }),
        )
      } catch (error) {
        // It had ended already.
        if ((error as { readonly statusCode?: number }).statusCode === 304) return
        throw dockerTrouble(`The container ${name} cannot be stopped`, error)
      }
    },
    userUnit: async (name) =>
      await new Promise((resolve, reject) => {
        const session = env['DBUS_SESSION_BUS_ADDRESS']
        execFile(
          'systemctl',
          ['--user', 'stop', name],
          {
            timeout: UNIT_DEADLINE_MS,
            cwd: '/',
            env: {
              ...toolEnvironment(env),
              ...(session === undefined ? {} : { DBUS_SESSION_BUS_ADDRESS: session }),
            },
          },
          (error, _, stderr) => {
            if (!error) return resolve()
            const says = inert((stderr || error.message).trim().split('\n').at(-1) ?? '').slice(0, 400)
            reject(
              new MaculaError({
                kind: 'failed',
                what: `${name} was not stopped.`,
                why: says,
                todo: `systemctl --user status ${name} says more.`,
              }),
            )
          },
        )
      }),
  }
}
