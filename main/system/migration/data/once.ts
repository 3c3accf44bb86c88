import type Docker from 'dockerode'
import { daemonWords } from '../../docker/trouble.ts'
import { within, type Link } from '../../docker/link.ts'
import { boxName, takingLabels } from './marks.ts'

/** A look into a volume of a million files. */
const RUN_DEADLINE_MS = 300_000
const CALL_DEADLINE_MS = 60_000

/** Docker's log frames: 8 header bytes (stream, 0, 0, 0, length big-endian) before each piece. */
export function partsOf(framed: Buffer): { readonly out: Buffer; readonly err: Buffer } {
  const out: Buffer[] = []
  const err: Buffer[] = []
  for (let at = 0; at + 8 <= framed.length;) {
    const end = at + 8 + framed.readUInt32BE(at + 4)
    ;(framed[at] === 2 ? err : out).push(framed.subarray(at + 8, end))
    at = end
  }
  return { out: Buffer.concat(out), err: Buffer.concat(err) }
}

/**
 * Runs one program of an image to its end: without a network, with nothing to write to, with the one right to read what
 * others own. Undefined: the image has no such program. Throws what Docker says.
 */
export async function runOnce(
  link: Link,
  project: string,
  wish: {
    readonly image: string
    readonly argv: readonly [string, ...string[]]
    readonly volume?: { readonly name: string; readonly at: string }
  },
  signal: AbortSignal,
): Promise<{ readonly code: number; readonly out: string } | undefined> {
  const { image, argv, volume } = wish
  const [program, ...rest] = argv
  let made: Docker.Container | undefined
  try {
    made = await within(
      CALL_DEADLINE_MS,
      async (abortSignal) =>
        await link.long.createContainer({
          name: boxName(project),
          Image: image,
          Entrypoint: [program],
          Cmd: rest,
          User: '0:0',
          Labels: takingLabels(project),
          HostConfig: {
            NetworkMode: 'none',
            ReadonlyRootfs: true,
            CapDrop: ['ALL'],
            CapAdd: ['DAC_READ_SEARCH'],
            // Whatever the daemon's own driver is: this log is read back.
            LogConfig: { Type: 'json-file', Config: {} },
            Mounts: volume
              ? [{ Type: 'volume', Source: volume.name, Target: volume.at, ReadOnly: true }]
              : [],
          },
          abortSignal,
        }),
      signal,
    )
    await within(CALL_DEADLINE_MS, async (abortSignal) => await made?.start({ abortSignal }), signal)
    const ended = (await within(
      RUN_DEADLINE_MS,
      async (abortSignal) => await made?.wait({ abortSignal }),
      signal,
    )) as { readonly StatusCode: number }
    const framed = await within(
      CALL_DEADLINE_MS,
      async (abortSignal) => await made?.logs({ stdout: true, stderr: true, abortSignal }),
      signal,
    )
    return { code: ended.StatusCode, out: partsOf(framed as Buffer).out.toString('utf8') }
  } catch (error) {
    if (/executable file not found|no such file or directory/i.test(daemonWords(error))) return undefined
    throw error
  } finally {
    await made?.remove({ force: true, v: true }).catch(() => undefined)
  }
}
