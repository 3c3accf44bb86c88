import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { z } from 'zod'
import type { BackupSecrets } from '../../engine/adapters.ts'
import { MaculaError } from '../../model/errors.ts'

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(
  scrypt,
)

/** The layout of what is sealed: magic, N as a power of two, r, p, salt, nonce; then the ciphertext and the tag. */
const MAGIC = Buffer.from('MACULAS1')
const SALT_BYTES = 16
/** NIST SP 800-38D, 8.2: 96 bits. */
const NONCE_BYTES = 12
const TAG_BYTES = 16
const HEAD_BYTES = MAGIC.length + 3 + SALT_BYTES + NONCE_BYTES

/** 128 MB and about half a second (RFC 7914, 2: memory is 128 * N * r bytes). */
const COST = { log2N: 17, r: 8, p: 1 }
/** More is asked of nobody's machine by a file that somebody gave them. */
const MOST_LOG2_N = 20

async function keyOf(passphrase: string, cost: typeof COST, salt: Buffer): Promise<Buffer> {
  const { log2N, r, p } = cost
  const maxmem = 128 * 2 ** log2N * r + 64 * 1024 * 1024
  return await derive(passphrase.normalize('NFKC'), salt, 32, { N: 2 ** log2N, r, p, maxmem })
}

/** Encrypts and authenticates by a passphrase (scrypt, AES-256-GCM); how it was derived is authenticated with it. */
export async function seal(content: Buffer, passphrase: string): Promise<Buffer> {
  const [salt, nonce] = [randomBytes(SALT_BYTES), randomBytes(NONCE_BYTES)]
  const head = Buffer.concat([MAGIC, Buffer.from([COST.log2N, COST.r, COST.p]), salt, nonce])
  const cipher = createCipheriv('aes-256-gcm', await keyOf(passphrase, COST, salt), nonce)
  cipher.setAAD(head)
  const sealed = Buffer.concat([cipher.update(content), cipher.final()])
  return Buffer.concat([head, sealed, cipher.getAuthTag()])
}

/** The content. Throws MaculaError `invalid` for a wrong passphrase, and for what was changed, which nobody can tell apart. */
export async function unseal(sealed: Buffer, passphrase: string): Promise<Buffer> {
  const refused = new MaculaError({
    kind: 'invalid',
    what: 'The passwords of the snapshot cannot be decrypted.',
    why: 'The passphrase is another one, or the file was changed.',
    todo: 'Try again, or restore without them: --secrets leave-out. Nothing was changed.',
  })
  const [log2N = 0, r = 0, p = 0] = sealed.subarray(MAGIC.length, MAGIC.length + 3)
  const isOurs =
    sealed.length >= HEAD_BYTES + TAG_BYTES &&
    sealed.subarray(0, MAGIC.length).equals(MAGIC) &&
    log2N >= 14 &&
    log2N <= MOST_LOG2_N &&
    r >= 1 &&
    r <= 16 &&
    p >= 1 &&
    p <= 4
  if (!isOurs) throw refused
  const head = sealed.subarray(0, HEAD_BYTES)
  const salt = head.subarray(MAGIC.length + 3, MAGIC.length + 3 + SALT_BYTES)
  const key = await keyOf(passphrase, { log2N, r, p }, Buffer.from(salt))
  const decipher = createDecipheriv('aes-256-gcm', key, head.subarray(-NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  })
  decipher.setAAD(head)
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(HEAD_BYTES, -TAG_BYTES)), decipher.final()])
  } catch {
    throw refused
  }
}

const secretsSchema = z.strictObject({
  values: z.record(z.string().max(100), z.string().max(1000)),
  files: z.array(z.strictObject({ path: z.string().max(4096), content: z.base64() })),
})

/** What was sealed, as it must be. Throws where it is something else. */
export const secretsIn = (content: Buffer): BackupSecrets =>
  secretsSchema.parse(JSON.parse(content.toString('utf8')))
