import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'

/** PostgreSQL's own default (scram_iterations). */
const ITERATIONS = 4096

/**
 * What PostgreSQL keeps of a password (RFC 5803, as pg_authid.rolpassword holds it): sent in its place, the password itself
 * comes into no statement, so into no log of the server either.
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(16)): string {
  const salted = pbkdf2Sync(prepared(password), salt, ITERATIONS, 32, 'sha256')
  const client = createHmac('sha256', salted).update('Client Key').digest()
  const stored = createHash('sha256').update(client).digest('base64')
  const server = createHmac('sha256', salted).update('Server Key').digest('base64')
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${stored}:${server}`
}

/** SASLprep (RFC 4013) as far as printable texts need it: all spaces are one kind, and letters are in one form. */
function prepared(password: string): string {
  return password.replaceAll(/\p{Zs}/gu, ' ').normalize('NFKC')
}
