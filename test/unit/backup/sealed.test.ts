import { expect, test } from 'vitest'
import { seal, unseal } from '../../../main/system/backup/sealed.ts'

/** Passwords in a snapshot: only the passphrase opens them, and no byte can be changed. */

const content = Buffer.from('{"POSTGRES_PASSWORD":"canary"}')

test('the passphrase opens it, another one does not, and nothing of it shows', async () => {
  const sealed = await seal(content, 'correct horse')
  expect(sealed.includes('canary')).toBe(false)
  expect((await unseal(sealed, 'correct horse')).equals(content)).toBe(true)
  await expect(unseal(sealed, 'correct horsf')).rejects.toThrow('The passphrase is another one')
  expect((await seal(content, 'correct horse')).equals(sealed)).toBe(false)
})

test('a passphrase is the same however its letters are composed', async () => {
  const sealed = await seal(content, 'caf\u00e9 noir')
  expect((await unseal(sealed, 'cafe\u0301 noir')).equals(content)).toBe(true)
})

test('any byte that changed is refused: how the key was derived, salt, nonce, content, tag', async () => {
  const sealed = await seal(content, 'correct horse')
  for (const at of [0, 9, 12, 30, 45, sealed.length - 1]) {
    const copy = Buffer.from(sealed)
    copy[at] = (copy[at] ?? 0) ^ 1
    await expect(unseal(copy, 'correct horse'), String(at)).rejects.toThrow('cannot be decrypted')
  }
  await expect(unseal(sealed.subarray(0, 20), 'correct horse')).rejects.toThrow('cannot be decrypted')
})

test('a file cannot ask for more work than this', async () => {
  const sealed = await seal(content, 'correct horse')
  sealed[8] = 40
  await expect(unseal(sealed, 'correct horse')).rejects.toThrow('cannot be decrypted')
})
