import { join } from 'node:path'
import { z } from 'zod'
import { isLabel, isLoopback } from '../../model/atoms.ts'
import { MaculaError, troubleOf } from '../../model/errors.ts'
import { asWritten, inRange } from './addresses.ts'
import { assemble } from './assemble.ts'
import { parseFragment, type Candidate } from './parse.ts'
import { withUpdates } from '../../model/image-update.ts'
import { withoutNativePorts } from '../../model/native-port.ts'
import type { Catalog, CatalogProblem, FixedForward, Settings } from '../../model/service.ts'
import { fileOf, foldersIn } from './folders.ts'
import { MAX_FRAGMENT_BYTES } from './fragment.ts'
import { readClusters } from './cluster-files.ts'
import { variablesFor } from './variables.ts'
import { keepAside, readIfThere, writeWhole } from '../files.ts'
import { readJson } from '../json-file.ts'
import type { Paths } from '../paths.ts'

/**
 * Reads our services (`assets/stack`), clusters and applications (`assets/cluster`) and the person's own (`services/`,
 * `clusters/` and `apps/` of the configuration folder), and puts them together. Never throws for a bad file: it becomes a problem,
 * or a note when it is one of ours.
 */
export async function readCatalog(
  paths: Paths,
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
  onNote: (says: string) => void = () => undefined,
): Promise<Catalog> {
  const candidates: Candidate[] = []
  const problems: CatalogProblem[] = []
  const forwards: FixedForward[] = []
  const folders = [
    ...(await foldersIn(join(paths.assets, 'stack'), 'ours')),
    ...(await foldersIn(join(paths.config, 'services'), 'user')),
  ]
  for (const { service, folder, origin } of folders) {
    const file = await fileOf(service, folder, join(folder, 'compose.yaml'), origin)
    const result =
      'reason' in file ? file : parseFragment(file, variablesFor(settings, env, await besideText(folder)))
    if ('reason' in result) problems.push(result)
    else candidates.push(asWritten(result, settings.addresses))
  }
  const found = await readClusters(paths, settings.apps, settings.suffix)
  candidates.push(...found.candidates.map((candidate) => asWritten(candidate, settings.addresses)))
  problems.push(...found.problems)
  forwards.push(...found.forwards)
  const remembered = await readAddresses(paths)
  const { catalog, addresses } = assemble(candidates, forwards, problems, remembered.addresses, {
    range: settings.addresses,
    dnsPort: settings.dnsPort,
  })
  const { damaged } = remembered
  if (damaged !== undefined) {
    const kept = await keepAside(addressFile(paths), Date.now()).catch(() => undefined)
    onNote(
      `${damaged}. ${kept === undefined ? 'A new one is written' : `It is kept as ${kept}`}; services that lost their address get a free one.`,
    )
  }
  if (damaged !== undefined || [...addresses].some(([id, one]) => remembered.addresses.get(id) !== one))
    await writeWhole(
      addressFile(paths),
      `${JSON.stringify(Object.fromEntries([...remembered.addresses, ...addresses]), null, 2)}\n`,
      // No room: the same addresses are found again the next time.
    ).catch(() => undefined)
  const ranged = inRange(catalog, settings.addresses)
  const held = settings.nativePorts ? ranged : withoutNativePorts(ranged)
  const { tls, sets, updates } = settings
  const services = withUpdates(held.services, updates)
  return {
    ...held,
    services,
    ...(tls ? { tls: true } : {}),
    ...(Object.keys(sets).length === 0 ? {} : { sets }),
  }
}

/** The `.env` beside a fragment, from which Compose takes variables too; empty when there is none that can be read. */
async function besideText(folder: string): Promise<string> {
  return (await readIfThere(join(folder, '.env'), MAX_FRAGMENT_BYTES).catch(() => undefined)) ?? ''
}

/** Addresses given to services that named none; kept so that a new folder never moves an older service. */
const addressFile = (paths: Paths): string => join(paths.state, 'addresses.json')

interface Addresses {
  readonly addresses: ReadonlyMap<string, string>
  /** What is wrong with it, as a sentence without its full stop. */
  readonly damaged?: string
}

/** What is whole in the file; one bad value costs its own service its address, and is told. */
async function readAddresses(paths: Paths): Promise<Addresses> {
  const nothing = new Map<string, string>()
  let text: string | undefined
  try {
    text = await readIfThere(addressFile(paths))
  } catch (error) {
    return { addresses: nothing, damaged: whyOf(error) }
  }
  if (text === undefined) return { addresses: nothing }
  const read = readJson(text, addressesSchema)
  if (read.kind === 'read') return { addresses: new Map(Object.entries(read.value)) }
  const loose = looseSchema.safeParse(parseJson(text)).data ?? {}
  const good = Object.entries(loose).flatMap(([id, value]) =>
    addressesSchema.safeParse({ [id]: value }).success ? [[id, String(value)] as const] : [],
  )
  return {
    addresses: new Map(good),
    damaged: `${addressFile(paths)} is damaged: line ${read.line}, column ${read.column}: ${read.reason}`,
  }
}

const addressesSchema = z.record(
  z.string().refine(isLabel, { error: 'is the name of no service' }),
  z.string().refine(isLoopback, { error: 'must be a loopback address, like 127.0.0.40' }),
)
const looseSchema = z.record(z.string(), z.unknown())

function whyOf(error: unknown): string {
  const { what, why } = troubleOf(error)
  return (error instanceof MaculaError ? what : (why ?? what)).replace(/\.$/, '')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
