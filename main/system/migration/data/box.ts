import type Docker from 'dockerode'
import type { Box, BoxWish, Ran, ServiceMade } from '../../../engine/adapters.ts'
import { inert } from '../../../model/atoms.ts'
import { MaculaError } from '../../../model/errors.ts'
import { within, type Link } from '../../docker/link.ts'
import { dockerTrouble } from '../../docker/trouble.ts'
import { boxName, takingLabels } from './marks.ts'
import { partsOf } from './once.ts'

const CALL_DEADLINE_MS = 60_000

/** A database that writes down what it has in memory. */
const STOP_S = 60

/** More than any answer that is asked for here; a program that says more is not believed (bytes). */
const MOST_OUT = 64 * 1024 * 1024

/** What compose would make, so that the image runs the same beside it, without a network. */
function likeOf(made: ServiceMade | undefined): Docker.ContainerCreateOptions {
  if (!made) return {}
  const { entrypoint, argv, user, env, mounts } = made
  return {
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ...(argv ? { Cmd: [...argv] } : {}),
    ...(entrypoint ? { Entrypoint: [...entrypoint] } : {}),
    ...(user === undefined ? {} : { User: user }),
    HostConfig: {
      Mounts: mounts.map(({ type, source, at, readOnly }) => ({
        Type: type,
        Source: source,
        Target: at,
        ReadOnly: readOnly,
      })),
    },
  }
}

/** Starts a container without a network, labelled as one that goes. */
export async function openBox(
  link: Link,
  project: string,
  wish: BoxWish,
  signal: AbortSignal,
): Promise<Box & { readonly id: string }> {
  const like = likeOf(wish.like)
  const made = await within(
    CALL_DEADLINE_MS,
    async (abortSignal) =>
      await link.long.createContainer({
        ...like,
        name: boxName(project),
        Image: wish.image,
        ...(wish.argv.length === 0 ? {} : { Cmd: [...wish.argv] }),
        Env: [...(like.Env ?? []), ...Object.entries(wish.env).map(([name, value]) => `${name}=${value}`)],
        Labels: takingLabels(project),
        HostConfig: {
          NetworkMode: 'none',
          ShmSize: 256 * 1024 * 1024,
          LogConfig: { Type: 'json-file', Config: { 'max-size': '10m' } },
          Mounts: [
            ...(like.HostConfig?.Mounts ?? []),
            ...wish.volumes.map(({ name, at, readOnly }) => ({
              Type: 'volume' as const,
              Source: name,
              Target: at,
              ReadOnly: readOnly,
            })),
          ],
        },
        abortSignal,
      }),
    signal,
  ).catch((error: unknown) => {
    throw dockerTrouble(`No container can be made of ${wish.image}`, error)
  })

  async function lastWords(): Promise<string> {
    const framed = await within(
      CALL_DEADLINE_MS,
      async (abortSignal) => await made.logs({ stdout: true, stderr: true, tail: 20, abortSignal }),
    ).catch(() => Buffer.alloc(0))
    const { out, err } = partsOf(framed)
    return lastLine(`${out.toString('utf8')}\n${err.toString('utf8')}`)
  }

  async function run(
    argv: readonly string[],
    runSignal: AbortSignal,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Ran> {
    const one = await within(
      CALL_DEADLINE_MS,
      async (abortSignal) =>
        await made.exec({
          Cmd: [...argv],
          Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
          AttachStdout: true,
          AttachStderr: true,
          abortSignal,
        }),
      runSignal,
    )
    const stream = await within(
      CALL_DEADLINE_MS,
      async (abortSignal) => await one.start({ abortSignal }),
      runSignal,
    )
    const chunks: Buffer[] = []
    let size = 0
    const end = (): void => void stream.destroy(new Error('interrupted'))
    runSignal.addEventListener('abort', end)
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        size += chunk.length
        if (size > MOST_OUT) throw new Error(`${argv[0] ?? ''} says more than it was asked for`)
        chunks.push(chunk)
      }
    } finally {
      runSignal.removeEventListener('abort', end)
    }
    runSignal.throwIfAborted()
    const { ExitCode: code } = await within(
      CALL_DEADLINE_MS,
      async (abortSignal) => await one.inspect({ abortSignal }),
      runSignal,
    )
    const { out, err } = partsOf(Buffer.concat(chunks))
    return { code: code ?? 1, out: out.toString('utf8'), err: lastLine(err.toString('utf8')) }
  }

  const box = {
    id: made.id,
    run,
    async ended() {
      const { State: state } = await within(
        CALL_DEADLINE_MS,
        async (abortSignal) => await made.inspect({ abortSignal }),
      )
      return state.Running ? undefined : `it ended with code ${state.ExitCode}: ${await lastWords()}`
    },
    async close() {
      await within(
        (STOP_S + 30) * 1000,
        async (abortSignal) => await made.stop({ t: STOP_S, abortSignal }),
      ).catch(() => undefined)
      await made.remove({ force: true, v: true }).catch(() => undefined)
    },
  }
  try {
    await within(CALL_DEADLINE_MS, async (abortSignal) => await made.start({ abortSignal }), signal)
    return box
  } catch (error) {
    await box.close()
    if (error instanceof MaculaError) throw error
    throw dockerTrouble(`A container of ${wish.image} cannot be started`, error)
  }
}

function lastLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trim())
  return inert(lines.findLast((line) => line !== '') ?? 'it said nothing').slice(0, 500)
}
