import {
  alsoSet,
  blockIn,
  checkOnlyOurs,
  hasBlock,
  namesIn,
  withBlock,
  withoutBlock,
} from '../../model/env-block.ts'
import { envLine, isPlainVariable } from '../../model/env-format.ts'
import type { EnvFileView } from '../../model/env-file.ts'
import { MaculaError } from '../../model/errors.ts'
import type { Variable } from '../../model/variable.ts'
import type { EnvFilesAdapter, EnvFileText } from '../adapters.ts'
import type { Engine } from '../engine.ts'
import { rowOf } from '../picked.ts'
import type { RunContext } from './context.ts'

/** Variables of services in the .env files of a person's projects: only our keys, between marks. `variables`: in clear. */
export function createEnvFileCalls(
  context: RunContext,
  variables: (service: string) => Promise<readonly Variable[]>,
): Pick<Engine, 'envFile' | 'envFiles'> {
  const files = (): EnvFilesAdapter => {
    if (context.adapters.envFiles) return context.adapters.envFiles
    throw new MaculaError({ kind: 'failed', what: 'Files of projects cannot be written here.' })
  }

  /** `how` undefined: it is forgotten. */
  async function remember(
    path: string,
    service: string,
    how?: { readonly made: boolean; readonly names: readonly string[] },
  ): Promise<void> {
    await files().remember((before) => {
      const others = before.filter((one) => one.path !== path || one.service !== service)
      return how === undefined
        ? others
        : [{ path, service, at: context.adapters.clock.now(), ...how }, ...others]
    })
  }

  /** Refuses what would lose a line of the person's; `names`: what is ours now, beside what was written last. */
  async function check(
    path: string,
    service: string,
    text: string,
    names: readonly string[] | undefined,
  ): Promise<void> {
    const last = (await files().remembered()).find((one) => one.path === path && one.service === service)
    const known = names === undefined && last?.names === undefined ? namesIn(text, service) : []
    checkOnlyOurs(text, service, [...(names ?? []), ...(last?.names ?? []), ...known])
  }

  async function madeBefore(path: string): Promise<boolean> {
    return (await files().remembered()).some((one) => one.path === path && one.made)
  }

  return {
    async envFile(service, path, how) {
      if (how === 'clear') return await files().alone(async () => await clear(service, path))
      rowOf(context.catalog(), service)
      const all = await variables(service)
      const good = all.filter((one) => one.nowhere === undefined && isPlainVariable(one))
      const lines = good.map((one) => envLine('dotenv', one))
      const names = good.map(({ name }) => name)
      if (good.length === 0)
        throw new MaculaError({ kind: 'usage', what: `There are no variables of ${service} to write.` })
      const { before, text, has } = await (how === 'write'
        ? files().alone(async () => await write(service, path, lines, names, all))
        : found(service, path, all))
      const isCurrent = how === 'write' || has?.join('\n') === lines.join('\n')
      return {
        path,
        service,
        exists: how === 'write' || before !== undefined,
        state: isCurrent ? 'current' : has ? 'other' : 'none',
        names,
        alsoSet: alsoSet(text, service, names),
        leftOut: all.filter((one) => !good.includes(one)).map(({ name }) => name),
        ...(all[0]?.off === undefined ? {} : { off: all[0].off }),
      }
    },
    async envFiles() {
      return await Promise.all(
        (await files().remembered()).map(async ({ names: _names, ...entry }) => {
          const state = await seen(entry.path).then(
            (one) => (blockIn(one?.text ?? '', entry.service) ? ('written' as const) : ('gone' as const)),
            () => 'unreadable' as const,
          )
          return { ...entry, state }
        }),
      )
    },
  }

  /** The file; undefined also where its folder is gone. */
  async function seen(path: string): Promise<EnvFileText | undefined> {
    return (await files().isGone(path)) ? undefined : await files().read(path)
  }

  async function found(service: string, path: string, all: readonly Variable[]) {
    const before = await files().read(path)
    const text = before?.text ?? ''
    const has = blockIn(text, service)
    if (has)
      await check(
        path,
        service,
        text,
        all.map(({ name }) => name),
      )
    return { before, text, has }
  }

  async function write(
    service: string,
    path: string,
    lines: readonly string[],
    names: readonly string[],
    all: readonly Variable[],
  ) {
    const there = await found(service, path, all)
    const { before, text } = there
    await files().write(path, withBlock(text, service, lines), before)
    // One without a block of ours is somebody's own by now, whoever made it first.
    const made = before === undefined || (hasBlock(text) && (await madeBefore(path)))
    await remember(path, service, { made, names })
    return there
  }

  async function clear(service: string, path: string): Promise<EnvFileView> {
    const before = await seen(path)
    const has = before && blockIn(before.text, service)
    if (before && has) {
      const isThere = context.catalog().services.some(({ id }) => id === service)
      const all = isThere ? await variables(service).catch(() => undefined) : undefined
      await check(
        path,
        service,
        before.text,
        all?.map(({ name }) => name),
      )
      const rest = withoutBlock(before.text, service)
      if (rest === '' && (await madeBefore(path))) await files().remove(path, before)
      else await files().write(path, rest, before)
    }
    await remember(path, service)
    const exists = !(await files().isGone(path))
    const names = before === undefined ? [] : namesIn(before.text, service)
    return { path, service, exists, state: 'none', names, alsoSet: [], leftOut: [] }
  }
}
