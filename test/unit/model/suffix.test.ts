import { expect, test } from 'vitest'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { suffixPrice } from '../../../main/model/suffix.ts'

const https = /^Browsers open names under \.\w+ by https only/

test.each(['dev', 'app', 'page', 'zip', 'foo', 'new'])(
  'names under .%s open by https only in browsers',
  (top) => {
    expect(suffixPrice(`macula.${top}`)).toMatch(https)
    expect(suffixPrice(`macula.${top}`)).toContain(`.${top} belongs to the internet`)
    expect(suffixPrice(`a.b.${top}`)).toMatch(https)
  },
)

test.each([
  ['macula.localhost', 'with 127.0.0.1 by themselves'],
  ['a.b.localhost', 'with 127.0.0.1 by themselves'],
  ['macula.onion', 'RFC 7686'],
  ['macula.invalid', 'RFC 6761'],
  ['macula.com', '.com belongs to the internet: names under macula.com that exist there'],
  ['macula.io', '.io belongs to the internet'],
  ['macula.arpa', '.arpa belongs to the internet'],
  ['dev.example.de', '.de belongs to the internet'],
  ['local', 'would take a whole top-level domain'],
])('%s has its price: %s', (suffix, says) => {
  expect(suffixPrice(suffix)).toContain(says)
  expect(suffixPrice(suffix)).not.toMatch(https)
})

test.each([
  defaultSettings.suffix,
  'dev.local',
  'app.test',
  'macula.test',
  'macula.internal',
  'home.arpa',
  'macula.home.arpa',
  'my.lan',
  'x.corp',
  'macula.example',
])('%s costs nothing', (suffix) => {
  expect(suffixPrice(suffix)).toBeUndefined()
})
