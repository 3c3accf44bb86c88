import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DAY_MS } from '../../../main/model/tls.ts'
import { makeAuthority } from '../../../main/system/tls/certificate.ts'

/** What openssl says of certificates that somebody with the authority's key made past everything of ours. */

let base = ''
const at = (name: string): string => join(base, name)
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'macula-bounds-'))
  const dates = { notBefore: Date.now() - DAY_MS, notAfter: Date.now() + 10 * DAY_MS }
  const { certificate, key } = await makeAuthority(['macula.local', 'lab'], dates)
  writeFileSync(at('ca.pem'), certificate)
  writeFileSync(at('ca.key'), key)
})
afterAll(() => rmSync(base, { recursive: true, force: true }))

function said(names: string, purpose: string, subject = '/CN=x'): string {
  const openssl = (...args: readonly string[]): string =>
    execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  // prettier-ignore
  openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', at('key'), '-subj', subject, '-out', at('csr'))
  writeFileSync(
    at('ext'),
    `extendedKeyUsage=serverAuth,clientAuth\n${names === '' ? '' : `subjectAltName=${names}\n`}`,
  )
  // prettier-ignore
  openssl('x509', '-req', '-in', at('csr'), '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2', '-extfile', at('ext'), '-out', at('leaf'))
  try {
    return openssl('verify', '-purpose', purpose, '-CAfile', at('ca.pem'), at('leaf'))
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string }
    return stdout + stderr
  }
}

test.each([
  ['a host below the suffix', 'DNS:hub.macula.local', /: OK/],
  ['a wildcard below a zone', 'DNS:*.lab', /: OK/],
  ['another host', 'DNS:hub.example.com', /permitted subtree/],
  ['one that only ends alike', 'DNS:evilmacula.local', /permitted subtree/],
  ['a host beside one of ours', 'DNS:hub.macula.local,DNS:example.com', /permitted subtree/],
  ['an address', 'IP:10.0.0.1', /excluded subtree/],
  ['an address of IPv6', 'IP:::1', /excluded subtree/],
  ['a mail address elsewhere', 'email:a@example.com', /permitted subtree/],
  ['a URI elsewhere', 'URI:spiffe://example.com/x', /permitted subtree/],
])('%s', (_, names, says) => {
  for (const purpose of ['sslserver', 'sslclient']) expect(said(names, purpose), purpose).toMatch(says)
})

test('a host in the subject alone, a mail address in the subject, and mail or code as the purpose', () => {
  expect(said('', 'sslserver', '/CN=example.com')).toMatch(/permitted subtree/)
  expect(said('DNS:hub.macula.local', 'sslclient', '/emailAddress=a@example.com')).toMatch(
    /permitted subtree/,
  )
  expect(said('DNS:hub.macula.local', 'smimesign')).not.toMatch(/: OK/)
})
