import { createPrivateKey, X509Certificate } from 'node:crypto'
import { chmod, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { TlsAdapter } from '../../engine/adapters.ts'
import { MaculaError, troubleOf, type Trouble } from '../../model/errors.ts'
import type { Settings } from '../../model/service.ts'
import {
  certificateNames,
  domainsOf,
  isLast,
  leafDates,
  lifetimes,
  troubleOfAuthority,
  whyNotVouched,
  whyRenew,
  type AuthoritySeen,
  type CertificateSeen,
  type LeafSeen,
  type TlsSeen,
} from '../../model/tls.ts'
import { keepAside, readIfThere, writeWhole } from '../files.ts'
import type { Paths } from '../paths.ts'
import { askTls } from './ask.ts'
import { domainsIn, makeAuthority, makeLeaf, namesIn, type Pair } from './certificate.ts'
import { servedFile, withdrawServed } from './served.ts'
import { writeForProgram } from './write.ts'

/** Key and certificate of the authority in one file (0600), so that both are always of each other. */
export const authorityFile = (paths: Pick<Paths, 'data'>): string => join(paths.data, 'tls', 'authority.pem')

/** The authority's certificate alone, for whoever is to trust it. */
export const authorityCertificate = (paths: Pick<Paths, 'data'>): string => join(paths.data, 'tls', 'ca.pem')

/** Certificate and key of the clean URLs as two files, for programs on this machine; they follow a renewal. */
export const hostFiles = (
  paths: Pick<Paths, 'data'>,
): { readonly certificate: string; readonly key: string } => ({
  certificate: join(paths.data, 'tls', 'cert.pem'),
  key: join(paths.data, 'tls', 'key.pem'),
})

type Authority =
  | { readonly kind: 'none' }
  | { readonly kind: 'sound'; readonly pair: Pair; readonly seen: AuthoritySeen }
  | { readonly kind: 'damaged'; readonly trouble: Trouble }

/** The parts of a text that holds a certificate and its key. Throws where it does not, or they are not of each other. */
function pairIn(text: string): Pair {
  const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/.exec(text)?.[0]
  const key = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n?/.exec(text)?.[0]
  if (certificate === undefined || key === undefined)
    throw new Error('a certificate or its key is missing in it')
  if (!new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key)))
    throw new Error('its key is of another certificate')
  return { certificate, key }
}

function seenOf(certificate: string): CertificateSeen {
  const read = new X509Certificate(certificate)
  return {
    fingerprint: read.fingerprint256,
    notBefore: Date.parse(read.validFrom),
    notAfter: Date.parse(read.validTo),
  }
}

/** The authority of one's own and the certificates by it, as files of the data folder. */
export function openTls(paths: Paths, settings: Settings, now: () => number): TlsAdapter {
  const file = authorityFile(paths)
  const shown = authorityCertificate(paths)
  const domains = domainsOf(settings)

  async function authority(): Promise<Authority> {
    try {
      const text = await readIfThere(file)
      if (text === undefined) return { kind: 'none' }
      const pair = pairIn(text)
      const read = new X509Certificate(pair.certificate)
      const subject = /CN=(.*)/.exec(read.subject)?.[1] ?? ''
      const seen = {
        ...seenOf(pair.certificate),
        subject,
        certificate: pair.certificate,
        domains: domainsIn(pair.certificate),
        file: shown,
      }
      return { kind: 'sound', pair, seen }
    } catch (error) {
      const { what, why } = troubleOf(error)
      return {
        kind: 'damaged',
        trouble: {
          kind: 'invalid',
          what: `${file} cannot be used: it holds the authority and its key.`,
          why: error instanceof MaculaError ? what : (why ?? what),
          todo: 'Put it back from a copy, or make another authority: maculactl tls on --new-ca (this one is kept aside). Nothing is overwritten until then, and what runs goes on with the certificate it has.',
        },
      }
    }
  }

  /** What is served; undefined where it is not there, cannot be read, or is another authority's. */
  async function leaf(by: Authority): Promise<LeafSeen | undefined> {
    try {
      const text = await readIfThere(servedFile(paths))
      if (text === undefined) return undefined
      const { certificate } = pairIn(text)
      const isOurs =
        by.kind !== 'sound' ||
        new X509Certificate(certificate).verify(new X509Certificate(by.pair.certificate).publicKey)
      return isOurs ? { ...seenOf(certificate), names: namesIn(certificate) } : undefined
    } catch {
      return undefined
    }
  }

  async function see(): Promise<{ readonly authority: Authority; readonly seen: TlsSeen }> {
    const found = await authority()
    const served = await leaf(found)
    const trouble =
      found.kind === 'damaged'
        ? found.trouble
        : found.kind === 'sound'
          ? troubleOfAuthority(found.seen, domains, now())?.trouble
          : undefined
    return {
      authority: found,
      seen: {
        ...(found.kind === 'sound' ? { authority: found.seen } : {}),
        ...(served === undefined ? {} : { leaf: served }),
        ...(trouble === undefined ? {} : { trouble }),
      },
    }
  }

  async function make(): Promise<void> {
    const at = now()
    const { certificate, key } = await makeAuthority(domains, {
      notBefore: at - lifetimes.before,
      notAfter: at + lifetimes.authority,
    })
    await writeWhole(file, `${certificate}${key}`, 0o600)
    await writeWhole(shown, certificate, 0o644)
  }

  /** What others than the person may do to the key, and the certificate beside it, are put right. */
  async function settle(found: Authority): Promise<void> {
    if (found.kind !== 'sound') return
    if (((await stat(file)).mode & 0o077) !== 0) await chmod(file, 0o600)
    if ((await readIfThere(shown).catch(() => undefined)) !== found.pair.certificate)
      await writeWhole(shown, found.pair.certificate, 0o644)
  }

  /** The files for programs on this machine, as they belong to what is served. The key first, as writeForProgram. */
  async function handOver({ certificate, key }: Pair): Promise<void> {
    const files = hostFiles(paths)
    if ((await readIfThere(files.certificate).catch(() => undefined)) === certificate) return
    await writeWhole(files.key, key, 0o600)
    await writeWhole(files.certificate, certificate, 0o644)
  }

  return {
    seen: async () => (await see()).seen,
    async ensure(wanted, options = {}) {
      const keptAside: string[] = []
      let found = await see()
      if (options.newAuthority === true && found.authority.kind !== 'none') {
        keptAside.push(await keepAside(file, now()))
        found = await see()
      }
      if (found.authority.kind === 'none') {
        await make()
        found = await see()
      }
      if (found.authority.kind !== 'sound') return { seen: found.seen, keptAside }
      await settle(found.authority)
      if (troubleOfAuthority(found.authority.seen, domains, now())?.fatal === true)
        return { seen: found.seen, keptAside }
      const names = certificateNames(wanted, settings.suffix, found.authority.seen.domains)
      const why = whyRenew(found.seen.leaf, names, now())
      // A leaf that ends with its authority is not made again and again.
      const { seen } = found.authority
      if (why === undefined || isLast(found.seen.leaf, names, seen)) {
        await readIfThere(servedFile(paths)).then(async (text) => text && (await handOver(pairIn(text))))
        return { seen: found.seen, keptAside }
      }
      const { certificate, key } = await makeLeaf(found.authority.pair, names, leafDates(seen, now()))
      await writeWhole(servedFile(paths), `${certificate}${key}`, 0o600)
      await handOver({ certificate, key })
      return { seen: (await see()).seen, changed: why, keptAside }
    },
    async ask(question) {
      const ca = await readIfThere(shown).catch(() => undefined)
      return await askTls({ ...question, ca })
    },
    async served() {
      const { authority: found, seen } = await see()
      const text = await readIfThere(servedFile(paths)).catch(() => undefined)
      if (found.kind !== 'sound' || seen.leaf === undefined || text === undefined) return undefined
      const files = { ...hostFiles(paths), authority: shown }
      return { ...pairIn(text), authority: found.pair.certificate, files }
    },
    async withdraw() {
      for (const path of Object.values(hostFiles(paths))) await rm(path, { force: true })
      return await withdrawServed(paths)
    },
    async removeAuthority() {
      const gone: string[] = []
      for (const path of [file, shown])
        await rm(path).then(
          () => gone.push(path),
          (error: NodeJS.ErrnoException) => {
            if (error.code !== 'ENOENT') throw error
          },
        )
      await rmdir(dirname(file)).catch(() => undefined)
      return gone
    },
    async write(folder, names, options) {
      const { authority: found, seen } = await see()
      if (found.kind === 'none')
        throw new MaculaError({
          kind: 'failed',
          what: 'There is no authority yet that could vouch for a certificate.',
          todo: 'Create it: maculactl tls on',
        })
      if (found.kind === 'damaged') throw new MaculaError(found.trouble)
      const fatal = troubleOfAuthority(found.seen, domains, now())
      if (fatal?.fatal === true) throw new MaculaError(fatal.trouble)
      const bad = names.flatMap((name) => {
        const why = whyNotVouched(name, found.seen.domains)
        return why === undefined ? [] : [`${name} ${why}.`]
      })
      if (bad.length > 0)
        throw new MaculaError({
          kind: 'usage',
          what: 'No certificate was made.',
          why: bad.join(' '),
          todo: `Names that it can vouch for end in ${found.seen.domains.join(' or ')}.`,
        })
      const all = names.length > 0 ? [...new Set(names)] : (seen.leaf?.names ?? [`*.${settings.suffix}`])
      const pair = await makeLeaf(found.pair, all, leafDates(found.seen, now()))
      const written = await writeForProgram(folder, pair, found.pair.certificate, options)
      return { names: all, notAfter: seenOf(pair.certificate).notAfter, ...written }
    },
  }
}
