import { expect, test } from 'vitest'
import {
  inUrl,
  LONGEST_SECRET,
  secretForms,
  variablesOfSecret,
  whyNotSecret,
  type SecretPlace,
} from '../../../main/model/secret.ts'

const HOSTILE = `'"$#\\ :/@%{}`

test.each<readonly [unknown, readonly SecretPlace[], RegExp | undefined]>([
  ['macula', [], undefined],
  [HOSTILE, [], undefined],
  ['Grüße 密码', [], undefined],
  [' ', [], undefined],
  ['x'.repeat(LONGEST_SECRET), [], undefined],
  ['x'.repeat(LONGEST_SECRET + 1), [], /257 characters/],
  ['', [], /empty/],
  [12345678, [], /not text/],
  [null, [], /not text/],
  ['a\nb', [], /cannot be printed/],
  ['a\u0000', [], /cannot be printed/],
  ['a\u202Eb', [], /cannot be printed/],
  ['a\u200Bb', [], /cannot be printed/],
  ['tab\t', [], /cannot be printed/],
  // Each rule of a place refuses what it is for, and only there.
  ['Grüße', ['http-header'], /ASCII/],
  [' a', ['http-header'], /spaces/],
  [`a${HOSTILE}`, ['http-header'], undefined],
  ['a #b', ['pdns-conf'], /comment/],
  ['a#b #c', ['pdns-conf'], undefined],
  ['a#b', ['pdns-conf'], undefined],
  ['a+=b', ['pdns-conf'], /\+=/],
  ['a\\', ['pdns-conf'], /backslash/],
  ['a\\b', ['pdns-conf'], undefined],
  ['a ', ['pdns-conf'], /spaces/],
  ['$scrypt$x', ['pdns-conf'], /hash/],
  ['${HOME}', ['grafana-ini'], /variable/],
  ['$__file{/etc/passwd}', ['grafana-ini'], /variable/],
  ['%(x)s', ['grafana-ini'], /setting/],
  ['admin', ['grafana-ini'], undefined],
  ['four', ['grafana-ini'], /5 characters/],
  [HOSTILE, ['grafana-ini'], undefined],
  ['a,b', ['s3-user'], /comma/],
  ['ab', ['s3-user'], /3 characters/],
  ['a b', ['s3-user'], /ASCII/],
  ['seven77', ['s3-password'], /8 characters/],
  [HOSTILE, ['s3-password'], undefined],
  ['x'.repeat(72), ['bcrypt'], undefined],
  ['x'.repeat(73), ['bcrypt'], /72 characters/],
])('%j in %j', (value, places, why) => {
  const found = whyNotSecret(value, places)
  if (why) expect(found).toMatch(why)
  else expect(found).toBeUndefined()
})

test.each([HOSTILE, `!*()'~`, 'Grüße', 'a b'])(
  '%j stands in a URL as a password and comes out of it whole',
  (value) => {
    const url = new URL(`postgres://macula:${inUrl(value)}@127.0.0.8:5432/macula`)
    expect(decodeURIComponent(url.password)).toBe(value)
    expect([url.hostname, url.pathname]).toEqual(['127.0.0.8', '/macula'])
    expect(inUrl(value)).toMatch(/^[A-Za-z0-9%._~-]+$/)
  },
)

test('each form of a secret is read back as it was', () => {
  for (const [variable, text] of variablesOfSecret('A', HOSTILE)) {
    const form = secretForms.find(({ prefix }) => variable === `${prefix}A`)
    expect(form?.read(text)).toBe(HOSTILE)
  }
})
