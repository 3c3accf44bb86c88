import { inert } from '../../model/atoms.ts'
import { whyNotBucket, type BucketMade, type BucketsSpec, type BucketsView } from '../../model/bucket.ts'
import { MaculaError } from '../../model/errors.ts'
import { sayList } from '../../model/say.ts'
import type { RunContext } from './context.ts'

const DEADLINE_MS = 60_000

/** The service that has buckets (or the one named), with its running container. Throws MaculaError when there is none that runs. */
async function where(
  context: RunContext,
  word: string | undefined,
): Promise<{
  readonly service: string
  readonly title: string
  readonly spec: BucketsSpec
  readonly container: string
}> {
  const { adapters, truth } = context
  const all = context.catalog().services.flatMap((one) => (one.buckets ? [{ one, spec: one.buckets }] : []))
  const found = word === undefined ? all[0] : all.find(({ one }) => one.id === word)
  if (!found)
    throw new MaculaError({
      kind: 'usage',
      what: word === undefined ? 'No service has buckets.' : `${word} has no buckets.`,
      todo:
        all.length === 0
          ? 'maculactl doctor names files that cannot be used.'
          : `There are: ${sayList(all.map(({ one }) => one.id))}.`,
    })
  await truth.observe.docker()
  await context.needDocker('nothing is known of buckets')
  const container = (await adapters.docker.containers()).find(({ service }) => service === found.one.id)
  if (container?.state !== 'running')
    throw new MaculaError({
      kind: 'failed',
      what: `${found.one.title} does not run.`,
      todo: `Start it: maculactl up ${found.one.id}`,
    })
  return { service: found.one.id, title: found.one.title, spec: found.spec, container: container.id }
}

/** Runs one of its programs; returns what it printed, a line each. Throws MaculaError `failed` with its own words. */
async function ask(
  { adapters }: RunContext,
  at: { readonly title: string; readonly container: string; readonly service: string },
  argv: readonly string[],
  what: string,
): Promise<readonly string[]> {
  const { code, out, err } = await adapters.docker.exec(at.container, { argv, deadlineMs: DEADLINE_MS })
  if (code === 0) return out.split('\n').filter((line) => line !== '')
  const said = err.split('\n').findLast((line) => line.trim() !== '')
  throw new MaculaError({
    kind: 'failed',
    what,
    why: `${at.title} says: ${
      inert(said ?? '')
        .trim()
        .slice(0, 400) || `nothing (code ${code})`
    }`,
    todo: `Its log may say more: maculactl logs ${at.service}`,
  })
}

/** All buckets of the object store (or of the service named), by name. */
export async function listBuckets(context: RunContext, word: string | undefined): Promise<BucketsView> {
  const at = await where(context, word)
  const names = await ask(context, at, at.spec.list, 'The buckets cannot be listed.')
  return { service: at.service, buckets: [...names].sort() }
}

/** Makes a bucket where it is not there; one that is there stays as it is. Throws MaculaError `usage` for a bad name. */
export async function createBucket(
  context: RunContext,
  name: string,
  { versioned }: { readonly versioned: boolean },
  word: string | undefined,
): Promise<BucketMade> {
  const wrong = whyNotBucket(name)
  if (wrong !== undefined)
    throw new MaculaError({
      kind: 'usage',
      what: `${JSON.stringify(name)} cannot be the name of a bucket: ${wrong}.`,
      todo: 'A name is 3 to 63 of a-z, 0-9, hyphens and dots, beginning and ending with a letter or a digit: shop-images',
    })
  const at = await where(context, word)
  const argv = [...at.spec.create, name, ...(versioned ? ['versioned'] : [])]
  const said = await ask(context, at, argv, `The bucket ${name} was not created.`)
  return { service: at.service, made: said.at(-1) !== 'there' }
}
