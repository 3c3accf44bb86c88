import { z } from 'zod'
import type { IssuedCertificate, TlsApplied, TlsView } from '../../model/tls.ts'
import { instant, SCHEMA_VERSION, trouble, version } from './shape.ts'

const certificate = {
  /** SHA-256, hex in pairs. */
  fingerprint: z.string(),
  notBefore: z.iso.datetime(),
  notAfter: z.iso.datetime(),
}

/** `maculactl tls status|on|off --json`. */
export const tlsSchema = z.object({
  version,
  on: z.boolean(),
  /** null: none was made. */
  authority: z
    .object({
      ...certificate,
      subject: z.string(),
      /** What it can vouch for: these and all names below them. */
      domains: z.array(z.string()),
      /** Its certificate, which may be handed out; the key is not told. */
      file: z.string(),
    })
    .nullable(),
  /** The certificate of the clean URLs; null: there is none. */
  certificate: z.object({ ...certificate, names: z.array(z.string()) }).nullable(),
  /** Why nothing can be made by the authority, or what will be so soon. */
  trouble: trouble.nullable(),
  /** on, off: whether the ingress runs, so that it serves what is wished now. */
  serves: z.boolean().optional(),
  /** on: why the certificate was made anew; null: it was not. */
  changed: z.string().nullable().optional(),
  /** on --new-ca: where the authority before is kept; off --remove-ca: files that were removed. */
  files: z.array(z.string()).optional(),
})

/** `maculactl cert --json`. */
export const certSchema = z.object({
  version,
  names: z.array(z.string()),
  notAfter: z.iso.datetime(),
  certificate: z.string(),
  key: z.string(),
  authority: z.string(),
})

export type TlsJson = z.infer<typeof tlsSchema>
export type CertJson = z.infer<typeof certSchema>

export function tlsJson(view: TlsView | TlsApplied, files?: readonly string[]): TlsJson {
  const dates = <T extends { readonly notBefore: number; readonly notAfter: number }>(one: T) => ({
    ...one,
    notBefore: instant(one.notBefore),
    notAfter: instant(one.notAfter),
  })
  return tlsSchema.parse({
    version: SCHEMA_VERSION,
    on: view.on,
    authority: view.authority ? dates(view.authority) : null,
    certificate: view.leaf ? dates(view.leaf) : null,
    trouble: view.trouble ?? null,
    ...('serves' in view ? { serves: view.serves, changed: view.changed ?? null } : {}),
    ...(files === undefined ? {} : { files }),
  })
}

export function certJson(made: IssuedCertificate): CertJson {
  return certSchema.parse({ ...made, version: SCHEMA_VERSION, notAfter: instant(made.notAfter) })
}
