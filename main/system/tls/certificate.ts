import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  randomBytes,
  sign,
  X509Certificate,
  type KeyObject,
} from 'node:crypto'
import { promisify } from 'node:util'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_nameConstraints,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_clientAuth,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  NameConstraints,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509'

/** ecdsa-with-SHA256 (RFC 5758, 3.2), whose parameters are absent. */
const ECDSA_SHA256 = '1.2.840.10045.4.3.2'
const COMMON_NAME = '2.5.4.3'
const ORGANISATION = '2.5.4.10'

export interface Dates {
  readonly notBefore: number
  readonly notAfter: number
}

/** A certificate with its key, both as PEM. */
export interface Pair {
  readonly certificate: string
  readonly key: string
}

/** A fresh EC P-256 key (RFC 5480), which every TLS 1.2 and 1.3 client takes. */
async function freshKey(): Promise<KeyObject> {
  return (await promisify(generateKeyPair)('ec', { namedCurve: 'prime256v1' })).privateKey
}

/** The public half as X.509 carries it. */
const publicOf = (key: KeyObject): SubjectPublicKeyInfo =>
  AsnConvert.parse(createPublicKey(key).export({ type: 'spki', format: 'der' }), SubjectPublicKeyInfo)

/** Its identifier: the first 20 bytes of the SHA-256 of the key's bits (RFC 7093, 2, method 1). */
const identifierOf = (key: KeyObject): Buffer =>
  createHash('sha256')
    .update(Buffer.from(publicOf(key).subjectPublicKey))
    .digest()
    .subarray(0, 20)

function nameOf(parts: readonly (readonly [string, string])[]): Name {
  return new Name(
    parts.map(
      ([type, text]) =>
        new RelativeDistinguishedName([
          new AttributeTypeAndValue({ type, value: new AttributeValue({ utf8String: text }) }),
        ]),
    ),
  )
}

function extension(extnID: string, critical: boolean, value: unknown): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) })
}

const usage = (flags: number): Extension => extension(id_ce_keyUsage, true, new KeyUsage(flags))

/** Servers and clients, so that peers can show it to each other; never code or mail. */
const forTls = (): Extension =>
  extension(id_ce_extKeyUsage, false, new ExtendedKeyUsage([id_kp_serverAuth, id_kp_clientAuth]))

const subjectKey = (key: KeyObject): Extension =>
  extension(id_ce_subjectKeyIdentifier, false, new SubjectKeyIdentifier(identifierOf(key)))

function signed(
  parts: {
    readonly issuer: Name
    readonly subject: Name
    readonly key: KeyObject
    readonly dates: Dates
    readonly extensions: readonly Extension[]
  },
  by: KeyObject,
): string {
  const algorithm = new AlgorithmIdentifier({ algorithm: ECDSA_SHA256 })
  const serial = randomBytes(16)
  // Positive, and of a fixed length (RFC 5280, 4.1.2.2).
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40
  const body = new TBSCertificate({
    version: Version.v3,
    serialNumber: new Uint8Array(serial).buffer,
    signature: algorithm,
    issuer: parts.issuer,
    subject: parts.subject,
    validity: new Validity({
      notBefore: new Date(parts.dates.notBefore),
      notAfter: new Date(parts.dates.notAfter),
    }),
    subjectPublicKeyInfo: publicOf(parts.key),
    extensions: new Extensions([...parts.extensions]),
  })
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(body)), by)
  const whole = new Certificate({
    tbsCertificate: body,
    signatureAlgorithm: algorithm,
    signatureValue: new Uint8Array(signature).buffer,
  })
  return pemOf('CERTIFICATE', Buffer.from(AsnConvert.serialize(whole)))
}

function pemOf(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

const keyText = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()

/**
 * An authority that can vouch for names at or below `domains` and for nothing else: no address of any kind, no authority
 * below it, no code or mail (RFC 5280, 4.2.1.9, 4.2.1.10, 4.2.1.12). Its subject has a part of its key's identifier, so that
 * two of them are never taken for one another.
 */
export async function makeAuthority(domains: readonly string[], dates: Dates): Promise<Pair> {
  const key = await freshKey()
  const mark = identifierOf(key).subarray(0, 4).toString('hex')
  const subject = nameOf([
    [ORGANISATION, 'Macula Desktop'],
    [COMMON_NAME, `Macula Desktop authority ${mark} for ${domains[0] ?? ''}`.slice(0, 64)],
  ])
  const only = (base: GeneralName): GeneralSubtree => new GeneralSubtree({ base })
  const certificate = signed(
    {
      issuer: subject,
      subject,
      key,
      dates,
      extensions: [
        extension(id_ce_basicConstraints, true, new BasicConstraints({ cA: true, pathLenConstraint: 0 })),
        usage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign),
        forTls(),
        extension(
          id_ce_nameConstraints,
          true,
          new NameConstraints({
            // What is not named here could be vouched for without a bound: mail addresses and URIs are held to the same hosts.
            permittedSubtrees: new GeneralSubtrees(
              [
                ...domains.map((dNSName) => new GeneralName({ dNSName })),
                ...domains.map((rfc822Name) => new GeneralName({ rfc822Name })),
                ...domains.map((uniformResourceIdentifier) => new GeneralName({ uniformResourceIdentifier })),
              ].map(only),
            ),
            // Every IPv4 and IPv6 address: a network of no bits (4.2.1.10).
            excludedSubtrees: new GeneralSubtrees(
              ['0.0.0.0/0', '::/0'].map((iPAddress) => only(new GeneralName({ iPAddress }))),
            ),
          }),
        ),
        subjectKey(key),
      ],
    },
    key,
  )
  return { certificate, key: keyText(key) }
}

/** A certificate for `names` with a key of its own. Throws where the authority's texts cannot be read. */
export async function makeLeaf(authority: Pair, names: readonly string[], dates: Dates): Promise<Pair> {
  const by = createPrivateKey(authority.key)
  const issuer = AsnConvert.parse(new X509Certificate(authority.certificate).raw, Certificate).tbsCertificate
  const key = await freshKey()
  // A subject may be empty; some programs show it, and a name longer than 64 characters is none.
  const shown = names.find((name) => !name.startsWith('*.') && name.length <= 64) ?? 'Macula Desktop'
  const certificate = signed(
    {
      issuer: issuer.subject,
      subject: nameOf([[COMMON_NAME, shown]]),
      key,
      dates,
      extensions: [
        extension(id_ce_basicConstraints, true, new BasicConstraints({ cA: false })),
        usage(KeyUsageFlags.digitalSignature),
        forTls(),
        extension(
          id_ce_subjectAltName,
          false,
          new SubjectAlternativeName(names.map((dNSName) => new GeneralName({ dNSName }))),
        ),
        subjectKey(key),
        extension(
          id_ce_authorityKeyIdentifier,
          false,
          new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(identifierOf(by)) }),
        ),
      ],
    },
    by,
  )
  return { certificate, key: keyText(key) }
}

/** The domains that an authority may vouch for; empty: it has no such bounds. Throws where it cannot be read. */
export function domainsIn(certificate: string): readonly string[] {
  const { extensions } = AsnConvert.parse(new X509Certificate(certificate).raw, Certificate).tbsCertificate
  const found = extensions?.find(({ extnID }) => extnID === id_ce_nameConstraints)
  if (!found) return []
  const { permittedSubtrees } = AsnConvert.parse(found.extnValue.buffer, NameConstraints)
  return [...(permittedSubtrees ?? [])].flatMap(({ base }) => base.dNSName ?? [])
}

/** The names of a certificate. Throws where it cannot be read. */
export function namesIn(certificate: string): readonly string[] {
  return (new X509Certificate(certificate).subjectAltName ?? '')
    .split(', ')
    .flatMap((one) => (one.startsWith('DNS:') ? [one.slice('DNS:'.length)] : []))
}
